namespace Holdfast.Alerting.Channels;

/// <summary>The client's own certificate: its file and its key's come together.</summary>
internal static class CertificateRules
{
    internal static void Check(RuleCheck check, string? certificate, string? key, Secret? password)
    {
        check.That((certificate is null) == (key is null), "certificateFile", RuleCheck.Short(certificate ?? ""),
            "must be a file's path, given together with keyFile");
        check.That(password is null || key is not null, "keyPassword", Secrets.Mask, "must be given with keyFile only");
    }
}
