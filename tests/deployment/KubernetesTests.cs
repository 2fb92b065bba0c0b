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
        // A scaled deployment says no number of its own, or each apply would undo the scaling.
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

    [Fact]
    public async Task Every_service_takes_hosts_own_tokens_alone_and_seals_secrets_with_the_one_key()
    {
        var all = await All();
        Assert.Equal("required", (string?)all.Single(m => Kind(m) == "ConfigMap")["data"]!["HOLDFAST_HOST_TOKENS"]);
        Assert.All(all.Where(m => Kind(m) == "Deployment" && Name(m) != "door"), service =>
        {
            var pod = service["spec"]!["template"]!["spec"]!;
            Assert.Equal("/run/secrets/holdfast/secrets-key", (string)pod["containers"]![0]!["env"]!.AsArray()
                .Single(e => (string)e!["name"]! == "HOLDFAST_SECRETS_KEY")!["value"]!);
            Assert.Contains("secrets-key", pod["volumes"]!.AsArray().Single(v => (string)v!["name"]! == "token")!["secret"]!["items"]!
                .AsArray().Select(i => (string)i!["path"]!));
        });
    }

    /// <summary>The labels of the policies are those of the pods, or a policy would hold for nobody and nothing would say so.</summary>
    [Fact]
    public async Task Every_pod_is_held_by_policies_in_both_directions_and_only_alerting_reaches_anything()
    {
        var all = await All();
        var policies = all.Where(m => Kind(m) == "NetworkPolicy").ToList();
        var open = new List<string>();
        foreach (var deployment in all.Where(m => Kind(m) == "Deployment"))
        {
            var labels = deployment["spec"]!["template"]!["metadata"]!["labels"]!.AsObject();
            var own = policies.Where(p => p["spec"]!["podSelector"]!["matchLabels"]!.AsObject()
                .All(l => (string?)labels[l.Key] == (string?)l.Value)).ToList();
            Assert.Contains(own, p => Name(p) == "nothing-else");
            Assert.Contains(own, p => Name(p) is "services" or "door");
            if (own.SelectMany(p => p["spec"]!["egress"]?.AsArray() ?? []).Any(rule => rule!.AsObject().Count == 0))
            {
                open.Add(Name(deployment));
            }
        }

        Assert.Equal(["alerting"], open);
        Assert.All(policies.SelectMany(p => p["spec"]!["ingress"]?.AsArray() ?? []), rule => Assert.NotNull(rule!["ports"]));
        Assert.Contains(5671, policies.SelectMany(p => p["spec"]!["egress"]?.AsArray() ?? [])
            .SelectMany(rule => rule!["ports"]?.AsArray() ?? []).Select(port => (int)port!["port"]!));
    }

    [Fact]
    public async Task The_addresses_that_are_shown_are_encrypted_ones()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Tool.Deploy, "kustomization.yaml"), TestContext.Current.CancellationToken);
        Assert.Contains("amqps://$s:$p@rabbitmq.example:5671/", text, StringComparison.Ordinal);
        Assert.Contains("sslmode=verify-full", text, StringComparison.Ordinal);
        Assert.DoesNotContain("amqp://", text, StringComparison.Ordinal);
        Assert.DoesNotContain("5672", text, StringComparison.Ordinal);
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
