namespace Holdfast.Flow.Tests.Surface;

public sealed class HostRowTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Listing Hosts = Listing.All.Single(l => l.Name == "hosts");

    private static JsonObject Host(string id, string more = "") => JsonNode.Parse(
        $$"""
        {"host":"{{id}}","region":"r","idc":"a","address":"x","state":"Online","silenceSeconds":0.4,
        "since":"2025-12-31T23:00:00Z","placed":0,"stores":0{{more}}}
        """)!.AsObject();

    [Fact]
    public void Where_nothing_is_the_matter_there_is_no_column_for_it() =>
        Assert.Equal(["host", "region", "idc", "address", "state", "silent", "since"], Hosts.Rows([Host("h1")], Now)[0]);

    [Fact]
    public void A_host_that_flaps_lapses_is_refused_or_is_worked_on_says_so_in_a_few_words()
    {
        var rows = Hosts.Rows([Host("h1"),
            Host("h2", ""","heldOffUntil":"2026-01-01T00:01:00Z","returns":4"""),
            Host("h3", ""","lapses":{"count":4,"lostSec":21,"windowSec":60,"longestGapSec":5.5,"leaseSec":4,"sharePercent":35}"""),
            Host("h4", ""","refused":{"code":"HB-203","detail":"d"},"drain":{"reason":"","by":"ana"}"""),
            Host("h5", ""","drain":{"reason":"new disks"},"maintenance":{"reason":"r","until":"2026-01-01T06:00:00Z"}""")], Now);
        Assert.Equal(["returns", "held off", "lapses", "refused", "drain", "maintenance"], rows[0][7..]);
        Assert.Equal(
            [
                ["", "", "", "", "", ""],
                ["4", "in 60 s", "", "", "", ""],
                ["", "", "4 in 60 s (35 % of the time)", "", "", ""],
                ["", "", "", "HB-203", "yes", ""],
                ["", "", "", "", "new disks", "in 6 h"],
            ],
            rows.Skip(1).Select(r => r[7..]));
    }
}
