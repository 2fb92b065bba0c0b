namespace Holdfast.Contracts.Views;

/// <summary>
/// Something that a person or a program did, or tried to do, in the console or to credentials. Key: grows with time. Written
/// once and never changed, by every service alike.
/// </summary>
/// <param name="By">
/// A person's name, <c>token:NAME</c>, <c>installation token</c>, or <c>SERVICE@INSTANCE</c> for what it did itself.
/// </param>
/// <param name="What">In the words of the page: log in, change ha.config, drain.</param>
/// <param name="On">Object of the act.</param>
/// <param name="Outcome">done, or the code of the refusal.</param>
/// <param name="Detail">Content of the request, without secrets.</param>
/// <param name="Address">From where; empty: from the service itself.</param>
public sealed record AuditEntry(
    string Id, DateTimeOffset At, string By, string What, string On, string Outcome, string? Detail, string Address);
