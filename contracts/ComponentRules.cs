using System.Buffers;

namespace Holdfast.Contracts;

/// <summary>A rule that a component's words break: the field, its value as it can be shown, and the rule.</summary>
public readonly record struct BrokenRule(string Field, string? Value, string Rule)
{
    public override string ToString() => Value is null ? $"{Field} {Rule}." : $"{Field} is {Value} and {Rule}.";
}

/// <summary>
/// The rules for all that a component may say of itself, the same for the supervisor, which reads it, and for the heartbeat
/// service, which takes it in. Who breaks them is Abnormal with the reason, and nobody else notices. Pure; allocates nothing for
/// what is good. docs/components.md tells them to people.
/// </summary>
public static class ComponentRules
{
    public const int TextLengthMax = 256;
    public const int ConsumersMax = 1_000;

    /// <summary>The highest exit code, as a process ends or as a shell counts one that a signal ended.</summary>
    public const int ExitCodeMax = 255;

    /// <summary>A longer one is cut: a long sentence is no reason to stop anything.</summary>
    public const int ErrorLengthMax = 1_000;

    /// <summary>
    /// 2100-01-01, unix seconds. Milliseconds and sums that ran over lie far beyond it; every position up to it is a date for
    /// whoever shows it. It is no comparison with a clock: a host whose clock is wrong must not make everything Abnormal.
    /// </summary>
    public const long PositionMax = 4_102_444_800;

    /// <summary>A source's clock may be ahead of the host's.</summary>
    public const double DelayMin = -86_400;

    public const string TextRule = "must be 1 to 256 characters without control characters";
    private const string PositionRule = "must be unix seconds from 0 to 4102444800 (the year 2100)";
    private const string DelayRule = "must be a number of seconds from -86400 to 4102444800";
    private const long LagMsMax = PositionMax * 1000;
    private const string LagRule = "must be milliseconds from 0 to 4102444800000";
    private const string CountRule = "must not be negative";
    private const string LeftOutRule = "must be a number from 0 to 1000";
    private const string ExitCodeRule = "must be a number from 0 to 255";
    private const string SilenceRule = "must be seconds from 0 to 4102444800";
    private const string ConsumerRule = "must have a task of 1 to 256 characters and a checkpoint in unix seconds from 0 to 4102444800";

    private const int ShownMax = 80;

    public static string StateRule { get; } = $"must be one of {string.Join(", ", Enum.GetNames<ComponentState>())}";

    /// <summary>The first rule that it breaks.</summary>
    public static BrokenRule? Broken(ComponentReport said) => BrokenName(said) ?? BrokenWord(said);

    /// <summary>
    /// Returns the same report when it keeps the rules; otherwise an Abnormal one that says which it breaks, without its words.
    /// </summary>
    public static ComponentReport Judged(ComponentReport said, string code) => Broken(said) is { } broken
        ? Abnormal(said, $"{code} {broken}")
        : IsSentence(said.Error) ? said : said with { Error = Sentence(said.Error!) };

    /// <summary>Abnormal, with the reason, and with nothing of what it said: who it is stays, made presentable.</summary>
    public static ComponentReport Abnormal(ComponentReport said, string why) => new()
    {
        Name = IsText(said.Name) ? said.Name : Presentable(said.Name),
        Kind = Enum.IsDefined(said.Kind) ? said.Kind : ComponentKind.FullVerification, // one that HA never starts or moves
        Epoch = Math.Max(0, said.Epoch),
        State = ComponentState.Abnormal,
        Task = IsText(said.Task) ? said.Task : null,
        Pid = said.Pid is > 0 ? said.Pid : null,
        Error = Sentence(why),
    };

    /// <summary>The identity of the component: the supervisor's words.</summary>
    private static BrokenRule? BrokenName(ComponentReport said) => said switch
    {
        _ when !IsText(said.Name) => new("name", Shown(said.Name), TextRule),
        _ when !Enum.IsDefined(said.Kind) => new("kind", Number((int)said.Kind), "must be a documented kind"),
        { Epoch: < 0 } => new("epoch", Number(said.Epoch), CountRule),
        { Pid: < 0 } => new("pid", Number(said.Pid.Value), CountRule),
        { Task: { } task } when !IsText(task) => new("task", Shown(task), TextRule),
        _ => null,
    };

    /// <summary>Checks the component's own words about its state.</summary>
    private static BrokenRule? BrokenWord(ComponentReport said) => said switch
    {
        _ when !Enum.IsDefined(said.State) => new("state", Number((int)said.State), StateRule),
        { Checkpoint: { } checkpoint } when !IsPosition(checkpoint) => new("checkpoint", Number(checkpoint), PositionRule),
        { Begin: { } begin } when !IsPosition(begin) => new("begin", Number(begin), PositionRule),
        { End: { } end } when !IsPosition(end) => new("end", Number(end), PositionRule),
        { DelaySeconds: { } delay } when delay is not (>= DelayMin and <= PositionMax) => // not NaN either
            new("delaySeconds", delay.ToString(CultureInfo.InvariantCulture), DelayRule),
        { ConsumersLeftOut: { } leftOut and not (>= 0 and <= ConsumersMax) } => new("consumersLeftOut", Number(leftOut), LeftOutRule),
        { ExitCode: { } code and not (>= 0 and <= ExitCodeMax) } => new("exitCode", Number(code), ExitCodeRule),
        { SilentSeconds: { } silent } when !IsPosition(silent) => new("silentSeconds", Number(silent), SilenceRule),
        { Endpoint: { } endpoint } when !IsText(endpoint) => new("endpoint", Shown(endpoint), TextRule),
        { PositionBegin: { } first } when !IsText(first) => new("positionBegin", Shown(first), TextRule),
        { PositionEnd: { } last } when !IsText(last) => new("positionEnd", Shown(last), TextRule),
        { SystemId: { } source } when !IsText(source) => new("systemId", Shown(source), TextRule),
        { Bytes: < 0 } => new("bytes", Number(said.Bytes.Value), CountRule),
        { SourceLagMs: { } lag } when lag is < 0 or > LagMsMax => new("sourceLagMs", Number(lag), LagRule),
        { Barrier: < 0 } => new("barrier", Number(said.Barrier.Value), CountRule),
        { Term: < 0 } => new("term", Number(said.Term.Value), CountRule),
        { Consumers: { } consumers } => BrokenConsumers(consumers),
        _ => null,
    };

    private static BrokenRule? BrokenConsumers(IReadOnlyList<ConsumerCheckpoint> consumers)
    {
        if (consumers.Count > ConsumersMax)
        {
            return new("consumers", Number(consumers.Count) + " entries", $"must have at most {ConsumersMax}");
        }

        for (var i = 0; i < consumers.Count; i++)
        {
            if (consumers[i] is not { } consumer || !IsText(consumer.Task) || !IsPosition(consumer.Checkpoint))
            {
                return new($"consumers[{i}]", consumers[i] is { } shown ? $"{Shown(shown.Task)}, {Number(shown.Checkpoint)}" : "null",
                    ConsumerRule);
            }

            if (consumer.Position is { } position && !IsText(position))
            {
                return new($"consumers[{i}].position", Shown(position), TextRule);
            }
        }

        return null;
    }

    public static bool IsPosition(long seconds) => seconds is >= 0 and <= PositionMax;

    /// <summary>A name as people can read it and every store can keep it.</summary>
    public static bool IsText(string? text) =>
        text is { Length: > 0 and <= TextLengthMax } && !string.IsNullOrWhiteSpace(text) && IsPlain(text);

    /// <summary>No control characters, which could write a line of their own into a log, and no half of a letter.</summary>
    private static bool IsPlain(string text)
    {
        var span = text.AsSpan();
        return !span.ContainsAnyInRange('\0', '\u001f') && !span.ContainsAnyInRange('\u007f', '\u009f')
            && (!span.ContainsAnyInRange('\ud800', '\udfff') || IsWhole(span));
    }

    private static bool IsWhole(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var used) != OperationStatus.Done)
            {
                return false;
            }

            text = text[used..];
        }

        return true;
    }

    private static bool IsSentence(string? error) => error is null || (error.Length <= ErrorLengthMax && IsPlain(error));

    /// <summary>One line of at most <see cref="ErrorLengthMax"/> characters, whole letters only.</summary>
    public static string Sentence(string text, int lengthMax = ErrorLengthMax)
    {
        var plain = IsPlain(text) ? text : Plain(text);
        if (plain.Length <= lengthMax)
        {
            return plain;
        }

        var end = lengthMax - 1;
        return string.Concat(plain.AsSpan(0, char.IsHighSurrogate(plain[end - 1]) ? end - 1 : end), "…");
    }

    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            plain.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }

        return plain.ToString();
    }

    private static string Presentable(string? name) =>
        string.IsNullOrWhiteSpace(name) ? "(without a name)" : Sentence(name, TextLengthMax);

    private static string Shown(string? text) => text is null ? "missing" : $"'{Sentence(text, ShownMax)}'";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
