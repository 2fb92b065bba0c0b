using Holdfast.ConsoleUi.Client;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>A service that hangs costs a page its time once, not with each question.</summary>
public sealed class PatienceTests
{
    private readonly Patience _patience = new();

    [Fact]
    public void Where_nothing_ran_out_each_question_has_all_of_the_time()
    {
        _patience.Answered("/api/v1/alerts");
        Assert.Equal([Patience.AnswerMax, Patience.AnswerMax], [_patience.For("/api/v1/alerts"), _patience.For("/api/v1/alerts?limit=1")]);
    }

    [Fact]
    public void After_one_that_ran_out_one_finds_out_and_the_others_wait_a_little()
    {
        _patience.RanOut("/api/v1/alerts?limit=100", Patience.AnswerMax);
        Assert.Equal([Patience.AnswerMax, Patience.ShortMax, Patience.ShortMax],
            [_patience.For("/api/v1/alerts/counts"), _patience.For("/api/v1/alerts/firing"), _patience.For("/api/v1/alerts/counts")]);
        Assert.Equal(Patience.AnswerMax, _patience.For("/api/v1/hosts"));
    }

    [Fact]
    public void The_next_one_finds_out_when_the_one_that_did_ran_out_too_and_one_that_had_little_says_nothing()
    {
        _patience.RanOut("/api/v1/alerts", Patience.AnswerMax);
        Assert.Equal(Patience.AnswerMax, _patience.For("/api/v1/alerts"));
        _patience.RanOut("/api/v1/alerts", Patience.ShortMax);
        Assert.Equal(Patience.ShortMax, _patience.For("/api/v1/alerts"));
        _patience.RanOut("/api/v1/alerts", Patience.AnswerMax);
        Assert.Equal([Patience.AnswerMax, Patience.ShortMax], [_patience.For("/api/v1/alerts"), _patience.For("/api/v1/alerts")]);
    }

    [Fact]
    public void An_answer_gives_all_of_the_time_back()
    {
        _patience.RanOut("/api/v1/alerts", Patience.AnswerMax);
        Assert.Equal([Patience.AnswerMax, Patience.ShortMax], [_patience.For("/api/v1/alerts"), _patience.For("/api/v1/alerts")]);
        _patience.Answered("/api/v1/alerts/counts");
        Assert.Equal([Patience.AnswerMax, Patience.AnswerMax], [_patience.For("/api/v1/alerts"), _patience.For("/api/v1/alerts")]);
    }
}
