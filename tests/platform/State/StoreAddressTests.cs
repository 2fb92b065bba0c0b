namespace Holdfast.Platform.Tests.State;

public sealed class StoreAddressTests
{
    [Theory]
    [InlineData("postgres://u:secret@h:1/db?sslmode=disable", "postgres://…@h:1/db")]
    [InlineData("postgres://u:sec@ret@h/db", "postgres://…@h/db")]
    [InlineData("mongodb://h/db?a=secret", "mongodb://h/db")]
    [InlineData("mongodb://u:secret", "mongodb://…")]
    [InlineData("sqlite:/x/y.db", "/x/y.db")]
    public void What_is_shown_has_no_secret(string text, string shown) => Assert.Equal(shown, $"{new StoreAddress(text)}");

    [Theory]
    [InlineData("postgres://h/db", true)]
    [InlineData("postgresql://h/db", true)]
    [InlineData("mongodb+srv://h/db", true)]
    [InlineData("sqlite:a.db", true)]
    [InlineData("sqlite:", false)]
    [InlineData("postgres://", false)]
    [InlineData("mysql://h/db", false)]
    [InlineData("a.db", false)]
    public void A_store_is_one_of_three(string text, bool taken)
    {
        var settings = Settings.Read(["--store", text]);
        Assert.Equal(taken, settings.Value?.Store is not null);
        Assert.Equal(taken ? [] : ["store"], settings.Fault?.Fields.Select(f => f.Field) ?? []);
    }

    [Fact]
    public void A_file_is_named_in_full()
    {
        var store = Settings.Read(["--store", "sqlite:a.db"]).Value!.Store!;
        Assert.Equal(Path.GetFullPath("a.db"), store.SqliteFile);
        Assert.Equal($"sqlite:{Path.GetFullPath("a.db")}", store.Text);
    }

    [Fact]
    public void A_setting_that_cannot_be_read_does_not_show_its_secret()
    {
        var fault = Settings.Read(["--store", "postgre://u:secret@h/db"]).Fault!;
        Assert.DoesNotContain("secret", fault.ToString());
        Assert.DoesNotContain("secret", fault.Detail);
    }
}
