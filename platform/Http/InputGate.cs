using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Primitives;

namespace Holdfast.Platform.Http;

/// <summary>On an endpoint that judges its body by rules of its own, and may not pay for two.</summary>
public sealed class JudgesItsBody
{
    public static JudgesItsBody Mark { get; } = new();
}

/// <summary>On an endpoint that says by itself, by its own code, which key of its body or which parameter is given twice.</summary>
public sealed class NamesWhatIsTwice
{
    public static NamesWhatIsTwice Mark { get; } = new();
}

/// <summary>
/// Between the token and the endpoints of the API: what no endpoint can use, whichever it is, is refused here, so that none has to
/// look for it. What fits the shape and breaks a rule is the endpoint's.
/// </summary>
internal static class InputGate
{
    private const string Workaround = "Correct what is named; nothing was changed. /openapi/v1.json shows what is expected.";

    internal static void UseInputGate(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (context.GetEndpoint() is not { } endpoint
            || !context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
        {
            await next(context);
            return;
        }

        if ((OfAddress(context, endpoint) ?? await OfBody(context, endpoint)) is { } fault)
        {
            await fault.Write(context);
            return;
        }

        await next(context);
    });

    private static Fault? OfAddress(HttpContext context, Endpoint endpoint)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var broken = QueryRules.CheckPath(question < 0 ? target : target.AsSpan(0, question))
            ?? (question < 0 ? null : QueryRules.Check(target.AsSpan(question + 1), name => MaySayMore(endpoint, name)));
        return broken is null ? null : Fault.Invalid("PF-108", Workaround, broken);
    }

    private static bool MaySayMore(Endpoint endpoint, string name) => endpoint.Metadata.GetMetadata<NamesWhatIsTwice>() is not null
        || endpoint.Metadata.OfType<IParameterBindingMetadata>().Any(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase)
            && (p.ParameterInfo.ParameterType.IsArray || p.ParameterInfo.ParameterType == typeof(StringValues)));

    private static async ValueTask<Fault?> OfBody(HttpContext context, Endpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<IAcceptsMetadata>() is not { } accepts
            || endpoint.Metadata.GetMetadata<JudgesItsBody>() is not null
            || context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == false)
        {
            return null;
        }

        var (request, cancel) = (context.Request, context.RequestAborted);
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancel);
            if (!read.IsCompleted)
            {
                request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            try
            {
                return Judge(request, accepts, endpoint.Metadata.GetMetadata<NamesWhatIsTwice>() is not null, read.Buffer);
            }
            finally
            {
                // All of it is still there for the endpoint.
                request.BodyReader.AdvanceTo(read.Buffer.Start);
            }
        }
    }

    private static Fault? Judge(HttpRequest request, IAcceptsMetadata accepts, bool mayNameTwice, in ReadOnlySequence<byte> body)
    {
        if (body.IsEmpty)
        {
            return accepts.IsOptional ? null : BadInput.NoBody();
        }

        if (BodyFaults.OfHeaders(request) is { } notJson)
        {
            return notJson;
        }

        request.HttpContext.Features.Set(SentBody.Of(body));
        return BodyRules.Check(body, mayNameTwice) is { } broken ? Fault.Invalid("PF-110", Workaround, broken) : null;
    }
}

/// <summary>Body of a request, kept for the text of a refusal; null: it is too large to be kept for that.</summary>
internal sealed record SentBody(byte[]? Json)
{
    private const int KeptMax = 64 << 10;

    internal static SentBody Of(in ReadOnlySequence<byte> body) => new(body.Length <= KeptMax ? body.ToArray() : null);
}
