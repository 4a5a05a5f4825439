import assert from "node:assert/strict";
import { join } from "node:path";
import type { Bench } from "../bench.js";
import { access, asProxyWasm, copyBetween, ourCopy } from "../clients/as-proxy-wasm.js";
import { address, type Image } from "../clients/client.js";
import { run } from "../processes.js";
import { registries } from "../registries/index.js";
import { environment, type Place } from "../registries/place.js";

/** A key as a file in PEM, the same for cosign (which signs with none that is not encrypted), and the public one. */
interface Keys {
  readonly ours: string;
  readonly cosigns: string;
  readonly open: string;
}

const password = { COSIGN_PASSWORD: "registry-test" };

/** Signed by one and verified by the other; refused with another key, and where nobody signed. */
export async function checkSignatures(bench: Bench): Promise<void> {
  const { checks } = bench;
  const filter = await bench.filter("compat");
  const cosign = await bench.tools.cosign;
  const keys = await makeKeys(await bench.freshFolder("keys"), cosign);
  const others = await makeKeys(await bench.freshFolder("keys"), cosign);

  for (const registry of registries) {
    const place = await bench.place(registry);
    const { flags, options } = access(place);
    const ourVerb = (verb: string, image: Image, key: string, expect = 0) =>
      asProxyWasm([verb, address(image), "--key", key, ...flags], { ...options, expect });
    const cosignVerb = (verb: readonly string[], image: Image, key: string, expect = 0) =>
      run(
        cosign,
        [...verb, "--key", key, ...cosignFlags(place), `${address(image)}@${filter.manifestDigest}`],
        { env: { ...environment(place), ...password }, expect },
      );
    const pushed = async (repository: string): Promise<Image> => {
      const image: Image = { place, repository, tag: "v1" };
      await ourCopy.push(filter.folder, image);
      return image;
    };
    const verify = ["verify", "--insecure-ignore-tlog"];

    await checks.check(`${place.name}: signed by us, verified by cosign`, async () => {
      const image = await pushed("signatures/ours");
      await ourVerb("sign", image, keys.ours);
      await cosignVerb(verify, image, keys.open);
      await cosignVerb(verify, image, others.open, 1);
      await ourVerb("verify-signature", image, keys.open);
      await ourVerb("verify-signature", image, others.open, 1);
    });
    await checks.check(
      `${place.name}: signed by us with cosign's key, copied, verified by cosign`,
      async () => {
        const image = await pushed("signatures/copied-from");
        await asProxyWasm(["sign", address(image), "--key", keys.cosigns, ...flags], {
          env: { ...options.env, ...password },
        });
        const copy: Image = { ...image, repository: "signatures/copied-to" };
        await copyBetween(image, copy, place.dockerConfig, "--recursive");
        await cosignVerb(verify, copy, keys.open);
      },
    );
    await checks.check(`${place.name}: signed by cosign, verified by us`, async () => {
      const image = await pushed("signatures/cosigns");
      const unsigned = await ourVerb("verify-signature", image, keys.open, 1);
      assert.match(unsigned.stderr, /^error: [^\n]+\n$/);
      await cosignVerb(
        ["sign", "--yes", "--use-signing-config=false", "--tlog-upload=false"],
        image,
        keys.cosigns,
      );
      await ourVerb("verify-signature", image, keys.open);
      await ourVerb("verify-signature", image, others.open, 1);
    });
  }
}

const cosignFlags = ({ ca }: Place): readonly string[] =>
  ca === undefined ? ["--allow-http-registry"] : ["--registry-cacert", ca];

async function makeKeys(folder: string, cosign: string): Promise<Keys> {
  const inFolder = { cwd: folder, env: password };
  await run(
    "openssl",
    ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-out", "key.pem"],
    inFolder,
  );
  await run("openssl", ["pkey", "-in", "key.pem", "-pubout", "-out", "open.pem"], inFolder);
  await run(cosign, ["import-key-pair", "--key", "key.pem"], inFolder);
  return {
    ours: join(folder, "key.pem"),
    cosigns: join(folder, "import-cosign.key"),
    open: join(folder, "open.pem"),
  };
}
