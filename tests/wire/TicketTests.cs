using System.Security.Cryptography;
using Holdfast.StoreWire;

namespace Holdfast.Wire.Tests;

/// <summary>Tickets that are valid, by the Store's clock alone.</summary>
public sealed class TicketTests
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(StoreTicket.KeyBytesMin);
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    /// <summary>Clocks may differ by thirty seconds either way: it is issued for sixty.</summary>
    [Theory]
    [InlineData(60, true)]
    [InlineData(0, true)]
    [InlineData(-30, true)]
    [InlineData(-31, false)]
    [InlineData(90, true)]
    [InlineData(91, false)]
    [InlineData(1_000_000_000, false)]
    public void A_ticket_is_good_for_a_while_and_for_no_longer(int left, bool isGood)
    {
        var ticket = StoreTicket.Issue(Key, "st1", "shop", "orders", Now.AddSeconds(left));
        Assert.Equal(isGood, StoreTicket.Fault(Key, ticket, "st1", "shop", "orders", Now) is null);
    }

    [Fact]
    public void It_is_for_one_Store_one_subtopic_and_one_task_whatever_is_in_their_names()
    {
        string[] names = ["a", "a|b", "a%7Cb", "", "日本", "10.0.0.1-4711:shop:0000000001"];
        foreach (var (store, subtopic, task) in from s in names from t in names from k in names select (s, t, k))
        {
            var ticket = StoreTicket.Issue(Key, store, subtopic, task, Now);
            Assert.Null(StoreTicket.Fault(Key, ticket, store, subtopic, task, Now));
            Assert.Null(StoreTicket.Fault(Key, ticket, store, subtopic, null, Now));
            Assert.Contains("Store", StoreTicket.Fault(Key, ticket, store + "x", subtopic, task, Now)!, StringComparison.Ordinal);
            Assert.Contains("subtopic", StoreTicket.Fault(Key, ticket, store, subtopic + "x", task, Now)!, StringComparison.Ordinal);
            Assert.Contains("task", StoreTicket.Fault(Key, ticket, store, subtopic, task + "x", Now)!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_ticket_that_was_changed_anywhere_is_none()
    {
        var good = StoreTicket.Issue(Key, "st1", "shop", "orders", Now);
        for (var at = 0; at < good.Length; at++)
        {
            foreach (var other in "0af|%Z")
            {
                var bad = good[..at] + other + good[(at + 1)..];
                // A hexadecimal digit of the signature may be written large or small.
                if (!string.Equals(bad, good, StringComparison.OrdinalIgnoreCase))
                {
                    Assert.NotNull(StoreTicket.Fault(Key, bad, "st1", "shop", "orders", Now));
                }
            }

            Assert.NotNull(StoreTicket.Fault(Key, good[..at], "st1", "shop", "orders", Now));
        }
    }
}
