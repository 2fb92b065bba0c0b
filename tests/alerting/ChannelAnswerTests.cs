namespace Holdfast.Alerting.Tests;

public class ChannelAnswerTests
{
    /// <summary>A refused message says nothing against its channel (decision 17); all other failures do.</summary>
    [Fact]
    public void Only_a_refusal_is_about_the_message()
    {
        Assert.True(ChannelAnswer.Refuse("AL-305 no").IsAboutMessage);
        Assert.All(
            [ChannelAnswer.Delivered(200), ChannelAnswer.TryAgain("AL-301 away"), ChannelAnswer.GiveUp("AL-303 no")],
            answer => Assert.False(answer.IsAboutMessage));
    }

    [Fact]
    public void Each_says_what_is_to_become_of_the_delivery()
    {
        Assert.Equal(
            [AnswerKind.Delivered, AnswerKind.TryAgain, AnswerKind.GiveUp, AnswerKind.GiveUp],
            new[]
            {
                ChannelAnswer.Delivered(), ChannelAnswer.TryAgain("w", TimeSpan.FromSeconds(9)), ChannelAnswer.GiveUp("w"),
                ChannelAnswer.Refuse("w"),
            }.Select(a => a.Kind));
        Assert.Equal(TimeSpan.FromSeconds(9), ChannelAnswer.TryAgain("w", TimeSpan.FromSeconds(9)).After);
    }
}
