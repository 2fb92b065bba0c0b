namespace Holdfast.Alerting.Tests;

/// <summary>Documents that are written and say that they could not be asked.</summary>
internal sealed class AnswersLost<T>(IDocuments<T> documents) : PassingDocuments<T>(documents) where T : class
{
    public override async Task<bool> Insert(T document, long version, CancellationToken cancel)
    {
        await base.Insert(document, version, cancel);
        throw new StateUnavailableException("the answer was lost");
    }

    public override async Task<bool> Replace(T document, long expected, CancellationToken cancel)
    {
        await base.Replace(document, expected, cancel);
        throw new StateUnavailableException("the answer was lost");
    }
}
