import { defineCommand, json, required, value } from "../command.js";
import { usageError } from "../errors.js";
import {
  addressSummary,
  openTarget,
  pinned,
  pinnedBeside,
  readAddress,
  resolveSource,
} from "../registry/address.js";
import { interruptible } from "../registry/interruptible.js";
import { registryAccess, registryOptions } from "../registry/registry-options.js";
import { type PasswordSource, readPrivateKey, signImage } from "../signature/index.js";
import type { Terminal } from "../terminal.js";

export const sign = defineCommand({
  name: "sign",
  summary: "sign an image with a key, so that cosign verify --key accepts it",
  arguments: { address: required(addressSummary) },
  options: {
    key: value("FILE", "the private key: PEM, ECDSA P-256, or what cosign generate-key-pair made"),
    ...registryOptions,
    json,
  },
  async run(input, terminal) {
    const address = readAddress(input.address);
    const key = await readPrivateKey(requireKey(input.key), passwordOf(terminal));
    const access = await registryAccess(input, terminal);
    return interruptible(async (signal) => {
      const opened = await openTarget(address, access);
      const image = await resolveSource(opened, { signal });
      const { signature, made } = await signImage(opened.target, image, key, { signal });
      const signed = pinned(address, image.digest);
      if (input.json) terminal.json({ reference: signed, made, signature });
      else terminal.out(pinnedBeside(address, signature.digest));
      terminal.note(made ? `signed ${signed}` : `${signed} was signed by this key before`);
      return 0;
    });
  },
});

/** Cosign's variable, else the terminal: a password stands in no process list. */
function passwordOf(terminal: Terminal): PasswordSource {
  return async () => {
    const given = terminal.environment["COSIGN_PASSWORD"];
    if (given !== undefined) return given;
    if (terminal.ask !== null) return terminal.ask("password of the key: ", "hidden");
    throw usageError("the key has a password, and there is no terminal to ask at", "set COSIGN_PASSWORD");
  };
}

export function requireKey(path: string | undefined): string {
  if (path !== undefined) return path;
  throw usageError(
    "--key is missing",
    "name the file of a key; for signatures without keys use cosign sign, which needs no other options",
  );
}
