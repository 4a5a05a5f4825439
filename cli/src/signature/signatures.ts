/** Signatures of an image: made as referrers, found among them and checked. */
import { createPublicKey, type KeyObject } from "node:crypto";
import {
  attach,
  type Descriptor,
  discover,
  fetchBytes,
  fetchManifest,
  type Fetcher,
  type OperationOptions,
  type PredecessorFinder,
  pushBytes,
  type Pusher,
  type Resolver,
} from "oras-js";
import { CliError } from "../errors.js";
import { BUNDLE, readBundle, writeBundle } from "./bundle.js";
import { type Envelope, isSignedBy, signEnvelope } from "./dsse.js";
import { keyHint } from "./key.js";
import { bundleAnnotations, readStatement, STATEMENT, writeStatement } from "./statement.js";

type Readable = Fetcher & PredecessorFinder;

/** Signs an image's digest; the signature becomes a referrer. Where one by this key is already there, that one is the result. */
export async function signImage(
  target: Readable & Resolver & Pusher,
  image: Descriptor,
  privateKey: KeyObject,
  options: OperationOptions = {},
): Promise<{ readonly signature: Descriptor; readonly made: boolean }> {
  const { found } = await findSignatures(target, image, createPublicKey(privateKey), options);
  if (found[0] !== undefined) return { signature: found[0], made: false };
  const envelope = signEnvelope(STATEMENT, writeStatement(image.digest), privateKey);
  const layer = await pushBytes(target, BUNDLE, writeBundle(envelope, keyHint(privateKey)), options);
  const signature = await attach(target, image, {
    artifactType: BUNDLE,
    layers: [layer],
    annotations: bundleAnnotations,
    ...options,
  });
  return { signature, made: true };
}

/** The signatures of an image by this key. Throws when there is none, and says what there is instead. */
export async function verifySignatures(
  from: Readable,
  image: Descriptor,
  publicKey: KeyObject,
  options: OperationOptions = {},
): Promise<readonly Descriptor[]> {
  const { found, others, misplaced } = await findSignatures(from, image, publicKey, options);
  if (found.length > 0) return found;
  if (misplaced > 0) {
    throw new CliError(
      "ERR_SIGNATURE",
      `${image.digest} carries a signature by this key that was made for another image`,
      "do not use the image: somebody put the signature there",
    );
  }
  throw others === 0
    ? new CliError(
        "ERR_SIGNATURE",
        `${image.digest} is not signed`,
        "sign it with as-proxy-wasm sign, or copy it with --recursive, which takes signatures along",
      )
    : new CliError(
        "ERR_SIGNATURE",
        `${image.digest} has ${others === 1 ? "a signature" : `${others} signatures`}, and none is by this key`,
        "check which key signed it, and whether the image is the one you mean",
      );
}

interface Found {
  readonly found: readonly Descriptor[];
  /** By other keys, or spoilt. */
  readonly others: number;
  /** By this key, for another image. */
  readonly misplaced: number;
}

async function findSignatures(
  from: Readable,
  image: Descriptor,
  publicKey: KeyObject,
  options: OperationOptions,
): Promise<Found> {
  const found: Descriptor[] = [];
  let others = 0;
  let misplaced = 0;
  for (const referrer of await discover(from, image, { ...options, artifactType: BUNDLE })) {
    const envelope = await envelopeOf(from, referrer, options);
    if (envelope === undefined) continue;
    const about = readStatement(envelope, image.digest);
    if (about === "no signature") continue;
    if (!isSignedBy(envelope, publicKey)) others++;
    else if (about === "another image") misplaced++;
    else found.push(referrer);
  }
  return { found, others, misplaced };
}

/** With certificates and proofs of a log a bundle has some 10 kB. */
const maxBundleBytes = 1024 * 1024;

async function envelopeOf(
  from: Fetcher,
  referrer: Descriptor,
  options: OperationOptions,
): Promise<Envelope | undefined> {
  const { layers } = await fetchManifest(from, referrer, options);
  const layer = layers.find(({ mediaType }) => mediaType === BUNDLE);
  if (layer === undefined || layer.size > maxBundleBytes) return undefined;
  return readBundle(await fetchBytes(from, layer, options));
}
