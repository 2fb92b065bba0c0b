using Holdfast.Data;
using Holdfast.DataPlane.Points;

// FOLDER ROLE …: holdfast-data itself, that dies or stops at the points that files in FOLDER name. FOLDER write-and-die FILE: a
// process that writes to a sink, and is killed before it commits.
if (args is [_, "write-and-die", var file])
{
    return UnfinishedWrite.Make(file);
}

if (args is not [var folder, .. var rest] || !Directory.Exists(folder))
{
    await Console.Error.WriteLineAsync("usage: FOLDER ROLE …");
    return 2;
}

return await DataCommand.Run(rest, new PointedEngines(new Point(folder)));
