import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startRegistry } from "../../../oras-js/src/testing/registry.js";
import { helloImage } from "../testing/hello-image.js";
import { runCommand } from "../testing/run-command.js";

test("tags of a repository and of a layout; the lists of referrers only when asked for", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tags-"));
  const registry = await startRegistry();
  try {
    const { layout, manifest } = await helloImage(folder);
    await layout.tag(manifest, "v2");
    expect((await runCommand(["tags", folder])).stdout).toBe("v1\nv2\n");

    // This registry has no referrers API, so the signature is listed under a tag.
    const repository = `${registry.host}/hello`;
    await runCommand(["copy", `${folder}:v1`, repository, "--recursive"]);
    expect((await runCommand(["tags", repository, "--json"])).stdout).toBe('["v1"]\n');
    const all = (await runCommand(["tags", repository, "--all"])).stdout.split("\n");
    expect(all).toContain(manifest.digest.replace(":", "-"));

    const { exitCode, stderr } = await runCommand(["tags", `${repository}:v1`]);
    expect(stderr).toMatch(/:v1 names one image; leave out what stands behind the repository\n$/);
    expect(exitCode).toBe(2);
  } finally {
    await registry.stop();
    rmSync(folder, { recursive: true });
  }
});
