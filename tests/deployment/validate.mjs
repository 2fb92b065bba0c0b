// Reads manifests from standard input and prints each fault that the Kubernetes API's schemas find; ends with 1 when there is one.
// --json: prints them as JSON instead.
import { readFileSync } from "node:fs";
import yaml from "js-yaml";

const manifests = yaml.loadAll(readFileSync(0, "utf8"));
if (process.argv[2] === "--json") {
  console.log(JSON.stringify(manifests));
  process.exit(0);
}

let faults = 0;
for (const manifest of manifests) {
  try {
    const { [manifest.kind]: Kind } = await import(`kubernetes-models/${manifest.apiVersion}`);
    if (!Kind) throw new Error(`${manifest.apiVersion} has no such kind`);
    new Kind(manifest).validate();
  } catch (error) {
    faults++;
    console.log(`${manifest.kind} ${manifest.metadata?.name}: ${error.message}`);
  }
}
console.log(`${manifests.length} manifests, ${faults} with faults`);
process.exit(faults > 0 || manifests.length === 0 ? 1 : 0);
