namespace Holdfast.Stores.Mongo;

/// <summary>
/// Guarantees that are asked of the server with every command, in one place; docs/mongodb.md says why, with the manual's page for each.
/// Options of the address that say otherwise do not hold: half a guarantee is none.
/// </summary>
internal static class MongoGuarantees
{
    /// <summary>A server that does not answer for so long has lost the command.</summary>
    internal static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(20);

    /// <summary>Sooner than <see cref="AnswerMax"/>, so that a late majority is told by the server and costs no connection.</summary>
    internal static readonly TimeSpan MajorityMax = TimeSpan.FromSeconds(15);

    /// <summary>Time to find a primary, and to reach it. An election takes about as long; what is over then is tried again.</summary>
    internal static readonly TimeSpan SelectionMax = TimeSpan.FromSeconds(5);

    internal static void Apply(MongoClientSettings settings)
    {
        settings.ApplicationName = "holdfast";
        settings.WriteConcern = new WriteConcern("majority", wTimeout: MajorityMax, journal: true);
        settings.ReadConcern = ReadConcern.Majority;
        settings.ReadPreference = ReadPreference.Primary;
        settings.RetryWrites = true;
        settings.RetryReads = true;
        settings.ServerSelectionTimeout = SelectionMax;
        settings.ConnectTimeout = SelectionMax;
        settings.SocketTimeout = AnswerMax;
        settings.WaitQueueTimeout = AnswerMax;
    }
}
