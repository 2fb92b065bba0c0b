using Holdfast.Engine.Seams;
using Holdfast.Platform;
using Holdfast.Samples.Kafka;
using Holdfast.Samples.Shop;
using MySqlConnector;
using Npgsql;

// Programs that ./run --demo shop starts beside its servers.
const string Usage = "holdfast-shop make FOLDER | load FOLDER RATE CONNECTIONS | keep FOLDER STORE… | kafka PORT FILE";
using var ending = new EndingSignals();
var time = TimeProvider.System;
try
{
    switch (args)
    {
        case ["make", var folder] when ShopPlace.Read(folder) is { } place:
            await new Making(place).Run(ending.Asked);
            return 0;
        case ["load", var folder, var rate, var connections] when ShopPlace.Read(folder) is { } place:
            await Load.Run(place, double.Parse(rate, CultureInfo.InvariantCulture),
                int.Parse(connections, CultureInfo.InvariantCulture), time, ending.Asked);
            return 0;
        case ["keep", var folder, .. var stores] when ShopPlace.Read(folder) is { } place:
            await Slots.Keep(place, stores, ending.Asked);
            return 0;
        case ["kafka", var port, var file]:
            await StandIn.Run(int.Parse(port, CultureInfo.InvariantCulture), file, ending.Asked);
            return 0;
        default:
            await Console.Error.WriteLineAsync(Usage);
            return 2;
    }
}
catch (OperationCanceledException) when (ending.Asked.IsCancellationRequested)
{
    return 0;
}
catch (Exception error) when (error is NpgsqlException or MySqlException or SourceFaultException or IOException
    or System.Net.Sockets.SocketException)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 1;
}
