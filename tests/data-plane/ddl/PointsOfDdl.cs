using Holdfast.DataPlane.Points;

namespace Holdfast.DataPlane.Tests.Ddl;

/// <summary>An Incr-Sync dies at each step of a statement, a statement for each step.</summary>
internal static class PointsOfDdl
{
    private static int _number = 100;

    /// <summary>Takes each step: a statement with a number, death there, a new life, and a row that needs the statement.</summary>
    /// <param name="scene">The scene whose Incr-Sync runs.</param>
    /// <param name="points">The steps.</param>
    /// <param name="change">The statements of a number.</param>
    /// <param name="row">The row of a number, with a column c and the number.</param>
    internal static async Task Die(DdlScene scene, IEnumerable<string> points, Func<string, string[]> change, Func<string, string> row)
    {
        foreach (var point in points)
        {
            var number = Interlocked.Increment(ref _number).ToString(CultureInfo.InvariantCulture);
            scene.Points.Ask(point, Point.Kill);
            await scene.Source.Run(change(number));
            await scene.Points.Met(point, () => scene.Told);
            await scene.Sync.Ended();
            scene.Again();
            await scene.Source.Run(row(number));
            await scene.Same($"SELECT id, c{number} FROM item WHERE c{number} IS NOT NULL ORDER BY 1");
            var passed = await scene.Sink.Passed();
            Assert.Single(passed, p => p.Contains($"c{number} ", StringComparison.Ordinal));
        }
    }
}
