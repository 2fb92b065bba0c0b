using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Holdfast.Alerting.Channels;

/// <summary>Around a channel that is opened: what it has besides its settings.</summary>
/// <param name="Channel">Its name.</param>
/// <param name="PublicUrl">Address at which people find this installation.</param>
/// <param name="Secrets">To be taken out of whatever a receiver says.</param>
internal sealed record ChannelSite(
    string Channel, string PublicUrl, TimeProvider Time, ILoggerFactory Loggers, IReadOnlyList<string> Secrets);

/// <summary>
/// A way to tell people or systems, and all that is known of it: settings with their fields, rules, secrets, sender. It lives in a
/// folder of its own, and one line of <see cref="ChannelKinds"/> registers it.
/// </summary>
internal abstract class ChannelKind
{
    /// <summary>As in a definition's <c>kind</c>, and the name of the member with its settings.</summary>
    internal abstract string Name { get; }

    /// <summary>The field that tells two channels of this kind apart in a list; null: none does.</summary>
    internal virtual string? Brief => null;

    internal abstract Type SettingsType { get; }

    internal abstract IReadOnlyList<KindField> Fields { get; }

    /// <summary>The receiver that it speaks to: secrets that are kept never follow to another one.</summary>
    internal abstract string TargetOf(ChannelSettings settings);

    /// <summary>Checks the rules that the bounds of the fields cannot say.</summary>
    internal abstract void Check(ChannelSettings settings, RuleCheck check);

    /// <summary>Files or the like that cannot be used here; another replica may have others.</summary>
    internal abstract IReadOnlyList<FieldFault> Unusable(ChannelSettings settings, TimeProvider time);

    /// <summary>Forms of its secrets in which they come back, besides the values themselves.</summary>
    internal abstract IEnumerable<string> SecretForms(ChannelSettings settings);

    /// <param name="settings">Within the rules.</param>
    internal abstract IChannel Open(ChannelSettings settings, ChannelSite site);

    /// <summary>Paths of its own below those of channels.</summary>
    internal virtual void Map(IEndpointRouteBuilder channels)
    {
    }
}

/// <inheritdoc cref="ChannelKind"/>
internal abstract class ChannelKind<TSettings> : ChannelKind
    where TSettings : ChannelSettings, new()
{
    private readonly Lazy<IReadOnlyList<KindField>> _fields;

    protected ChannelKind() => _fields = new(() => KindField.Of(new TSettings(), ChoicesOf));

    internal sealed override Type SettingsType => typeof(TSettings);

    internal sealed override IReadOnlyList<KindField> Fields => _fields.Value;

    internal sealed override string TargetOf(ChannelSettings settings) => TargetOf((TSettings)settings);

    internal sealed override void Check(ChannelSettings settings, RuleCheck check) => Check((TSettings)settings, check);

    internal sealed override IReadOnlyList<FieldFault> Unusable(ChannelSettings settings, TimeProvider time) =>
        Unusable((TSettings)settings, time);

    internal sealed override IEnumerable<string> SecretForms(ChannelSettings settings) => SecretForms((TSettings)settings);

    internal sealed override IChannel Open(ChannelSettings settings, ChannelSite site) => Open((TSettings)settings, site);

    protected abstract string TargetOf(TSettings settings);

    protected abstract IChannel Open(TSettings settings, ChannelSite site);

    protected virtual void Check(TSettings settings, RuleCheck check)
    {
    }

    protected virtual IReadOnlyList<FieldFault> Unusable(TSettings settings, TimeProvider time) => [];

    protected virtual IEnumerable<string> SecretForms(TSettings settings) => [];

    /// <summary>Choices that are not written at the field itself.</summary>
    protected virtual IReadOnlyList<ChannelChoice> ChoicesOf(string field) => [];
}
