using System.Text.Json.Nodes;

namespace Holdfast.Deployment.Tests;

/// <summary>The manifests as <c>kubectl apply -k deploy</c> would send them, without a cluster.</summary>
[Trait("Category", "process")]
public sealed class KubernetesTests
{
    private static readonly string[] Deployed = ["alerting", "console", "door", "ha-scheduler", "heartbeat", "store-manager"];

    private static string? Missing => Tool.Missing("kubectl", "kubernetes-client") ?? Tool.Missing("node", "nodejs");

    [Fact]
    public async Task The_schemas_of_the_Kubernetes_API_find_no_fault_in_them_and_find_one_that_is_made()
    {
        var manifests = await Rendered();
        var (exit, said) = await Tool.Run("node", ["validate.mjs"], manifests);
        Assert.True(exit == 0, said);

        (exit, said) = await Tool.Run("node", ["validate.mjs"],
            manifests.Replace("replicas: 2", "replicas: two", StringComparison.Ordinal));
        Assert.Equal(1, exit);
        Assert.Contains("Deployment ha-scheduler: data/spec/replicas must be integer", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_pod_is_probed_limited_and_without_rights_and_its_image_is_one_that_the_Dockerfile_builds()
    {
        var dockerfile = await File.ReadAllTextAsync(
            Path.Combine(Tool.Deploy, "..", "Dockerfile"), TestContext.Current.CancellationToken);
        var deployments = (await All()).Where(m => Kind(m) == "Deployment").ToList();
        Assert.Equal(Deployed, deployments.Select(Name).Order(StringComparer.Ordinal));
        Assert.All(deployments, deployment =>
        {
            var pod = deployment["spec"]!["template"]!["spec"]!;
            Assert.True((bool)pod["securityContext"]!["runAsNonRoot"]!);
            var container = Assert.Single(pod["containers"]!.AsArray())!;
            Assert.All(["startupProbe", "livenessProbe", "readinessProbe"], probe =>
                Assert.Equal("/health/live", (string?)container[probe]?["httpGet"]?["path"]));
            Assert.NotNull(container["resources"]?["limits"]?["memory"]);
            Assert.True((bool)container["securityContext"]!["readOnlyRootFilesystem"]!);
            Assert.False((bool)container["securityContext"]!["allowPrivilegeEscalation"]!);
            Assert.Equal("ALL", (string?)container["securityContext"]!["capabilities"]!["drop"]![0]);
            Assert.Contains($" AS {((string)container["image"]!)["holdfast/".Length..]}\n", dockerfile, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task No_two_replicas_of_a_service_are_taken_away_at_once_and_those_that_carry_the_load_grow_with_it()
    {
        var all = await All();
        Assert.Equal(["alerting", "door", "ha-scheduler", "heartbeat", "store-manager"],
            all.Where(m => Kind(m) == "PodDisruptionBudget" && (int)m["spec"]!["maxUnavailable"]! == 1)
                .Select(m => (string)m["spec"]!["selector"]!["matchLabels"]!["app.kubernetes.io/name"]!).Order(StringComparer.Ordinal));
        var scaled = all.Where(m => Kind(m) == "HorizontalPodAutoscaler").ToList();
        Assert.Equal(["alerting", "heartbeat"],
            scaled.Select(m => (string)m["spec"]!["scaleTargetRef"]!["name"]!).Order(StringComparer.Ordinal));
        // What is scaled says no number of its own, or each apply would undo the scaling.
        Assert.All(all.Where(m => Kind(m) == "Deployment"), d =>
            Assert.Equal(scaled.Any(s => Name(s) == Name(d)), d["spec"]!["replicas"] is null));
    }

    [Fact]
    public async Task Every_service_has_a_user_of_the_broker_of_its_own()
    {
        var services = (await All()).Where(m => Kind(m) == "Deployment" && Name(m) != "door").ToList();
        Assert.Equal(Deployed.Length - 1, services.Count);
        Assert.All(services, service => Assert.Equal($"rabbitmq-{Name(service)}",
            (string)service["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]!.AsArray()
                .Single(e => (string)e!["name"]! == "HOLDFAST_RABBITMQ")!["valueFrom"]!["secretKeyRef"]!["key"]!));
    }

    private static async Task<string> Rendered()
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        var (exit, manifests) = await Tool.Run("kubectl", ["kustomize", Tool.Deploy]);
        Assert.True(exit == 0, manifests);
        return manifests;
    }

    private static async Task<List<JsonNode>> All()
    {
        var (exit, json) = await Tool.Run("node", ["validate.mjs", "--json"], await Rendered());
        Assert.True(exit == 0, json);
        return [.. JsonNode.Parse(json)!.AsArray().Select(m => m!)];
    }

    private static string Kind(JsonNode manifest) => (string)manifest["kind"]!;

    private static string Name(JsonNode manifest) => (string)manifest["metadata"]!["name"]!;
}
