/**
 * Where an image is, written in one way for every verb: in a registry, in an OCI image layout (a folder or a .tar file), or in
 * the project's build/oci. Which of them it is, nobody asks afterwards.
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import {
  type Descriptor,
  type Digest,
  isDigest,
  isOrasError,
  isTag,
  OciLayout,
  OciLayoutTar,
  OciLayoutTarWriter,
  type OperationOptions,
  parseReference,
  type PredecessorFinder,
  type ReadOnlyTarget,
  type Reference,
  Repository,
  type RepositoryOptions,
  resolveTag,
  type TagLister,
  type Target,
} from "oras-js";
import { CliError, usageError } from "../errors.js";

/** How an argument that is an address explains itself in a verb's help. */
export const addressSummary = "REGISTRY/REPOSITORY:TAG, or an OCI layout: ./FOLDER, ./FILE.tar";

/** An image's place and its name there. */
export type Address = RemoteAddress | LayoutAddress;

export interface RemoteAddress extends Reference {
  readonly kind: "registry";
  /** As it was written. */
  readonly text: string;
}

export interface LayoutAddress {
  readonly kind: "layout";
  readonly text: string;
  /** A folder, or a tar file. */
  readonly path: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

/**
 * Reads `REGISTRY/REPOSITORY[:TAG][@DIGEST]`, Istio's `oci://` before it or not, or a path that begins with `.` or `/`, with `:TAG` or
 * `@DIGEST` behind it. A wrong one is a mistake in the command line.
 */
export function readAddress(text: string): Address {
  if (/^(?:\.{1,2}(?:[/\\]|$)|\/)/.test(text)) return readPath(text);
  try {
    return { kind: "registry", text, ...parseReference(text.replace(/^oci:\/\//, "")) };
  } catch (error) {
    if (!isOrasError(error, "ORAS_INVALID_REFERENCE")) throw error;
    const hint = /\.tar$|^[^/:@]+$/.test(text) ? `a path begins with ./ as in ./${text}` : error.hint;
    throw usageError(error.message, hint);
  }
}

/** The image that was written, or the one that `package` left in a project's folder. */
export function readAddressOrProject(text: string | undefined, folder = "."): Address {
  if (text !== undefined) return readAddress(text);
  const path = join(folder, "build", "oci");
  return { kind: "layout", text: path, path };
}

/** An address in a registry, for verbs that mean nothing else. */
export function readRemoteAddress(text: string): RemoteAddress {
  const address = readAddress(text);
  if (address.kind === "registry") return address;
  throw usageError(
    `${text} is a path, and this needs an image in a registry`,
    "write REGISTRY/REPOSITORY:TAG",
  );
}

/** The name of a registry: `host` or `host:port`. */
export function readRegistry(text: string): string {
  if (text === "" || text.includes("/")) {
    throw usageError(
      `"${text}" is not a registry`,
      "write the host and at most a port: ghcr.io, 127.0.0.1:5000",
    );
  }
  const address = readAddress(`${text}/x`);
  return address.kind === "registry" && address.repository === "x"
    ? address.registry
    : raise(tagMissing(text));
}

/** `registry/repository:tag@sha256:…`: read by people as the tag, by machines as the digest. */
export function pinned(address: Address, digest: Digest): string {
  return `${placeOf(address)}${address.tag === undefined ? "" : `:${address.tag}`}@${digest}`;
}

/** The same for something else in that place, which has no tag. */
export function pinnedBeside(address: Address, digest: Digest): string {
  return `${placeOf(address)}@${digest}`;
}

/** Where an image is read from. */
export interface Source {
  readonly address: Address;
  readonly target: ReadOnlyTarget & PredecessorFinder & TagLister;
  /** What to resolve: the digest, else the tag, else that of the one image in a layout. */
  readonly name: string;
}

/** Opens what an address names, to read. */
export async function openSource(address: Address, access: RepositoryOptions): Promise<Source> {
  const written = address.digest ?? address.tag;
  if (address.kind === "registry") {
    return {
      address,
      target: new Repository(address, access),
      name: written ?? raise(tagMissing(address.text)),
    };
  }
  const target = await openLayout(address.path);
  return { address, target, name: written ?? (await onlyName(target, address.path)) };
}

/** The manifest that a source names; when there is no such tag, the error says which there are, the nearest first. */
export async function resolveSource(source: Source, options: OperationOptions = {}): Promise<Descriptor> {
  const { address, target, name } = source;
  return resolveTag(target, name, placeOf(address), options);
}

/** An image that is there, in a place that takes more. */
export interface OpenTarget extends Source {
  readonly target: Target & TagLister;
}

/** Opens what an address names, to add to it. */
export async function openTarget(address: Address, access: RepositoryOptions): Promise<OpenTarget> {
  const { target, name } = await openSource(address, access);
  if (target instanceof OciLayout || target instanceof Repository) return { address, target, name };
  throw usageError(
    `${placeOf(address)} is a tar file, to which nothing is added`,
    "copy it to a folder with as-proxy-wasm copy, add to that, and copy it back",
  );
}

/** Opens what an address names, whatever is tagged in it. */
export async function openTags(address: Address, access: RepositoryOptions): Promise<TagLister> {
  return address.kind === "registry" ? new Repository(address, access) : openLayout(address.path);
}

/** Where an image is written to. Nothing of a tar file is there before `finish`. */
export interface Destination {
  readonly address: Address;
  readonly target: Target;
  finish(): Promise<void>;
  /** Leaves no half-written file behind; what blobs a registry or folder got stay there, unnamed. */
  abandon(): Promise<void>;
}

/** Opens what an address names, to write. A missing folder is made; a tar file is written anew. */
export async function openDestination(address: Address, access: RepositoryOptions): Promise<Destination> {
  const nothing = async (): Promise<void> => undefined;
  if (address.kind === "registry") {
    return { address, target: new Repository(address, access), finish: nothing, abandon: nothing };
  }
  if (address.path.endsWith(".tar")) {
    const target = await OciLayoutTarWriter.create(address.path);
    return { address, target, finish: () => target.close(), abandon: () => target.abort() };
  }
  return { address, target: await OciLayout.create(address.path), finish: nothing, abandon: nothing };
}

export function tagMissing(text: string): CliError {
  return usageError(`${text} names no version`, `write a tag behind it, as in ${text}:v1`);
}

/** An address without the image's name there. */
function placeOf(address: Address): string {
  return address.kind === "registry" ? `${address.registry}/${address.repository}` : address.path;
}

function readPath(text: string): LayoutAddress {
  const at = text.lastIndexOf("@");
  const digest = at < 0 ? "" : text.slice(at + 1);
  if (isDigest(digest)) return { ...readPath(text.slice(0, at)), text, digest };
  if (/^sha\d+:/.test(digest)) throw usageError(`${digest} is no digest`, "write sha256: and 64 hex digits");
  const [, path = text, tag] = /^(.*):([^/\\]*)$/.exec(text) ?? [];
  if (tag === undefined) return { kind: "layout", text, path };
  if (path !== "" && isTag(tag)) return { kind: "layout", text, path, tag };
  throw usageError(
    `"${tag}" in ${text} is not a tag`,
    "a tag has at most 128 letters, digits, _ . - and begins with no . or -",
  );
}

async function openLayout(path: string): Promise<OciLayout | OciLayoutTar> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  if (found === undefined) {
    throw new CliError(
      "ERR_NOT_PACKAGED",
      `there is no image in ${path}`,
      "run as-proxy-wasm package first, or name another place",
    );
  }
  return found.isFile() ? OciLayoutTar.open(path) : OciLayout.open(path);
}

/** The name of a layout's one image: its tag, or the digest of the one manifest that some tools write without a tag. */
async function onlyName(layout: OciLayout | OciLayoutTar, path: string): Promise<string> {
  const tags = await layout.tags();
  const [tag, ...others] = tags;
  if (tag === undefined) {
    const [manifest, ...more] = await layout.manifests();
    if (manifest !== undefined && more.length === 0) return manifest.digest;
    throw new CliError(
      "ERR_NOT_PACKAGED",
      `${path} holds no tagged image`,
      "run as-proxy-wasm package first",
    );
  }
  if (others.length === 0) return tag;
  throw usageError(
    `${path} holds ${tags.length} tags: ${tags.slice(0, 10).join(", ")}`,
    `say which, as in ${path}:${tag}`,
  );
}

function raise(error: Error): never {
  throw error;
}
