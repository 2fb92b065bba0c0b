using System.Text.RegularExpressions;

namespace Holdfast.Platform.Tests;

/// <summary>Texts for people name no types of the program or its libraries.</summary>
public sealed partial class PlainWordsTests
{
    [GeneratedRegex(@"\b(System|Microsoft|Npgsql|MassTransit|MongoDB|RabbitMQ|Holdfast)\.[A-Z]|[A-Za-z]+Exception\b")]
    private static partial Regex Types();

    [Theory]
    [InlineData("It could not be converted to System.Int32. Path: $.limit", "It could not be converted to . Path: $.limit")]
    [InlineData("Npgsql.NpgsqlException: Failed to connect to 127.0.0.1:5432", "Failed to connect to 127.0.0.1:5432")]
    [InlineData("Exception of type 'System.OutOfMemoryException' was thrown.", "was thrown.")]
    [InlineData("MassTransit.RabbitMqTransport.RabbitMqConnectionException: broker unreachable", "broker unreachable")]
    [InlineData("Cannot read System.Collections.Generic.List`1[System.String] here", "Cannot read here")]
    [InlineData("SocketException", "an unexpected failure; it is in the service's log")]
    [InlineData("no answer within 3 s", "no answer within 3 s")]
    [InlineData("host orders.system.example is away", "host orders.system.example is away")]
    public void A_sentence_stays_and_a_type_goes(string message, string plain) => Assert.Equal(plain, PlainWords.Of(message));

    [Fact]
    public void Whatever_a_library_throws_names_no_type()
    {
        Exception[] thrown =
        [
            new NotSupportedException("System.Text.Json does not do that"),
            new InvalidCastException("Unable to cast object of type 'System.String' to type 'System.Int32'."),
            new ObjectDisposedException("Npgsql.NpgsqlDataSource"), new AggregateException(new IOException("x"), new TimeoutException()),
            Caught(() => JsonSerializer.Deserialize<int[]>("{\"a\":1}")), Caught(() => _ = (string)(object)1), new KeyNotFoundException(),
            new TypeInitializationException("Holdfast.Platform.Settings", null),
        ];
        Assert.All(thrown, e => Assert.DoesNotMatch(Types(), e.InPlainWords()));
        Assert.All(thrown, e => Assert.NotEmpty(e.InPlainWords()));
    }

    private static Exception Caught(Action fails)
    {
        try
        {
            fails();
        }
        catch (Exception error) when (error is JsonException or InvalidCastException)
        {
            return error;
        }

        throw new InvalidOperationException("it did not fail");
    }
}
