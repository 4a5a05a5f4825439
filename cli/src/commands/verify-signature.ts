import { defineCommand, json, required, value } from "../command.js";
import { addressSummary, openSource, pinned, readAddress, resolveSource } from "../registry/address.js";
import { interruptible } from "../registry/interruptible.js";
import { registryAccess, registryOptions } from "../registry/registry-options.js";
import { readPublicKey, verifySignatures } from "../signature/index.js";
import { requireKey } from "./sign.js";

export const verifySignature = defineCommand({
  name: "verify-signature",
  summary: "check that an image is signed by a key, as cosign verify --key does",
  arguments: { address: required(addressSummary) },
  options: {
    key: value("FILE", "the public key: PEM, ECDSA P-256"),
    ...registryOptions,
    json,
  },
  async run(input, terminal) {
    const address = readAddress(input.address);
    const key = await readPublicKey(requireKey(input.key));
    const access = await registryAccess(input, terminal);
    return interruptible(async (signal) => {
      const source = await openSource(address, access);
      const image = await resolveSource(source, { signal });
      const signatures = await verifySignatures(source.target, image, key, { signal });
      const reference = pinned(address, image.digest);
      if (input.json) terminal.json({ reference, signatures });
      else terminal.out(reference);
      terminal.note("signed by this key; what the tag names may change, the digest does not");
      return 0;
    });
  },
});
