namespace Holdfast.Apply.Tests;

/// <summary>Each limit from both sides, over ten seconds.</summary>
public sealed class DiagnosisTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("retry", 1, "Retry=3")]
    [InlineData("source", 1, "Retry=2.99")]
    [InlineData("retry", 0, "Retry=3")]
    [InlineData("retry", 2, "Retry=6")]
    [InlineData("source", 2, "Retry=5.9")]
    [InlineData("throttle", 1, "Throttle=3")]
    [InlineData("source", 1, "Throttle=2.99")]
    [InlineData("retry", 1, "Retry=3 Throttle=4")]
    public void Lanes_that_wait_for_three_tenths_of_their_time_are_held_up_by_what_they_wait_for(string stage, int lanes, string times) =>
        Assert.Equal(stage, Of(lanes, times).Stage);

    [Theory]
    [InlineData("source", "")]
    [InlineData("processor", "Room=2 Source=2")]
    [InlineData("source", "Room=2 Source=2.01")]
    [InlineData("processor", "Room=2 Plan=2")]
    [InlineData("plan", "Room=2 Plan=2.01")]
    [InlineData("source", "Source=2 Plan=2")]
    [InlineData("plan", "Source=2 Plan=2.01")]
    public void The_reader_is_held_up_by_what_it_waits_for_longest(string stage, string times) =>
        Assert.Equal(stage, Of(1, times).Stage);

    [Theory]
    [InlineData("conflicts", 2, "Room=5 Execute=4 Conflict=4.01")]
    [InlineData("execute", 2, "Room=5 Execute=4 Conflict=4")]
    [InlineData("execute", 1, "Room=5 Execute=4 Conflict=9")]
    [InlineData("conflicts", 2, "Room=5 Execute=9.99 Conflict=30")]
    [InlineData("execute", 2, "Room=5 Execute=10 Conflict=30")]
    [InlineData("processor", 1, "Room=5 Execute=0.99")]
    [InlineData("execute", 1, "Room=5 Execute=1")]
    [InlineData("build", 1, "Room=5 Build=3 Execute=3")]
    [InlineData("build", 1, "Room=5 Build=3 Commit=3")]
    [InlineData("execute", 1, "Room=5 Build=3 Execute=3.01")]
    [InlineData("commit", 1, "Room=5 Build=3 Commit=3.01")]
    [InlineData("execute", 1, "Room=5 Execute=3 Commit=3")]
    [InlineData("commit", 1, "Room=5 Execute=3 Commit=3.01")]
    public void Lanes_are_held_up_by_each_other_or_the_machine_or_the_longest_of_their_stages(string stage, int lanes, string times) =>
        Assert.Equal(stage, Of(lanes, times).Stage);

    [Fact]
    public void Lanes_are_busy_with_all_of_their_stages()
    {
        Assert.Equal("execute", Of(1, "Room=5 Build=0.3 Execute=0.4 Commit=0.3").Stage);
        Assert.Equal("processor", Of(1, "Room=5 Build=0.3 Execute=0.39 Commit=0.3").Stage);
    }

    [Theory]
    [InlineData("Source=10", "The source is the slow stage: the reader waits for it 100 % of the time.")]
    [InlineData("Plan=5", "Reading and planning is the slow stage: 50 % of the time; a core of its own would help.")]
    [InlineData("Room=5 Execute=3", "The sink's statements are the slow stage: 3000 µs a row.")]
    [InlineData("Room=5 Commit=3", "The sink's commits are the slow stage: 30 ms each.")]
    [InlineData("Room=5 Build=2.5", "Making statements is the slow stage: 25 % of the lanes' time.")]
    [InlineData("Retry=4", "The sink does not take groups at once: 40 % of the lanes' time they wait to be tried again.")]
    public void The_sentence_has_the_figures(string times, string sentence) => Assert.Equal(sentence, Of(1, times).Sentence);

    [Theory]
    [InlineData(0, "0 µs a row.")]
    [InlineData(1, "3000000 µs a row.")]
    public void Without_a_row_there_is_no_time_of_each(long rows, string end) =>
        Assert.EndsWith(end, Diagnosis.Of(Times("Room=5 Execute=3"), Interval, 1, 100, rows).Sentence, StringComparison.Ordinal);

    [Fact]
    public void Of_no_time_at_all_there_are_no_parts() => Assert.Equal(
        "The source is the slow stage: the reader waits for it 0 % of the time.",
        Diagnosis.Of(new StageTimes(), TimeSpan.Zero, 0, 0, 0).Sentence);

    [Fact]
    public void Sums_are_told_apart_by_what_came_since()
    {
        const string Later = "Source=11 Room=12 Plan=13 Build=14 Throttle=15 Execute=16 Commit=17 Retry=18 Conflict=19";
        const string Earlier = "Source=1 Room=1 Plan=1 Build=1 Throttle=1 Execute=1 Commit=1 Retry=1 Conflict=1";
        const string Between = "Source=10 Room=11 Plan=12 Build=13 Throttle=14 Execute=15 Commit=16 Retry=17 Conflict=18";
        Assert.Equal(Times(Between), Times(Later).Since(Times(Earlier)));
    }

    private static Diagnosis Of(int lanes, string times) => Diagnosis.Of(Times(times), Interval, lanes, 100, 1000);

    /// <summary>Seconds of each stage that has some.</summary>
    private static StageTimes Times(string times)
    {
        var seconds = times.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(t => t.Split('='))
            .ToDictionary(t => t[0], t => TimeSpan.FromSeconds(double.Parse(t[1], CultureInfo.InvariantCulture)));
        return new StageTimes
        {
            Source = seconds.GetValueOrDefault("Source"), Room = seconds.GetValueOrDefault("Room"),
            Plan = seconds.GetValueOrDefault("Plan"), Build = seconds.GetValueOrDefault("Build"),
            Throttle = seconds.GetValueOrDefault("Throttle"), Execute = seconds.GetValueOrDefault("Execute"),
            Commit = seconds.GetValueOrDefault("Commit"), Retry = seconds.GetValueOrDefault("Retry"),
            Conflict = seconds.GetValueOrDefault("Conflict"),
        };
    }
}
