namespace Holdfast.Supervisor.Tests;

public sealed class InventoryTests
{
    [Fact]
    public void After_a_reboot_the_inventory_names_nobody_and_a_broken_one_is_not_an_empty_one()
    {
        Leader[] leaders = [new("a", 10, 500, "/d", "-")];
        Assert.Equal(leaders, Inventory.OfThisBoot(new("boot", leaders), "boot"));
        Assert.Equal([], Inventory.OfThisBoot(new("other", leaders), "boot")!);
        Assert.Null(Inventory.OfThisBoot(new("boot", [null!]), "boot"));
        Assert.Null(Inventory.OfThisBoot(null, "boot"));
    }
}
