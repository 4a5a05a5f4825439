import { isRepeatable, open, requireDigest, verified } from "../content.js";
import type { Descriptor } from "../descriptor.js";
import { type Digest, printable } from "../digest.js";
import { OrasError, isOrasError } from "../errors.js";
import type { Content, OperationOptions } from "../roles.js";
import { type Access, access } from "./access.js";
import { chunksOf } from "./chunks.js";
import type { Connection } from "./connection.js";
import { spentError } from "./registry-client.js";
import { backoff, isRetryableStatus, pauseFor } from "./retry.js";
import { type HttpResponse, bytesBody } from "./transport.js";

// What chunks measure when the registry takes smaller ones too: one is held in memory, and each costs a round trip.
const usualChunkBytes = 8 * 1024 * 1024;
// A registry that wants larger ones would choose how much memory its clients need.
const maxChunkBytes = 64 * 1024 * 1024;

const longestCancelMs = 2_000;

/** Where the registry keeps what it has of an upload. */
interface Session {
  location?: URL;
}

/** Uploads of blobs into one repository (distribution-spec, "Pushing blobs"). */
export class Uploader {
  readonly #connection: Connection;
  readonly #repository: string;
  readonly #access: Access;
  readonly #chunkBytes: number | undefined;

  constructor(connection: Connection, repository: string, chunkBytes: number | undefined) {
    this.#connection = connection;
    this.#repository = repository;
    this.#access = access.push(repository);
    this.#chunkBytes = chunkBytes === undefined ? undefined : Math.min(chunkBytes, maxChunkBytes);
  }

  /**
   * A failed upload begins again with a new POST: the registry may keep what it got of the old one. Each is called off that nobody will
   * finish.
   */
  async push(descriptor: Descriptor, content: Content, options: OperationOptions): Promise<void> {
    const { retry } = this.#connection;
    const doing = `pushing the blob ${descriptor.digest}`;
    for (let count = 1; ; count++) {
      const session: Session = {};
      try {
        return await this.#upload(descriptor, content, session, doing, options);
      } catch (error) {
        if (session.location !== undefined) await this.#cancel(session.location);
        if (!isWorthRepeating(error) || count >= retry.attempts) throw error;
        if (!isRepeatable(content)) throw count === 1 ? error : spentError(doing, error);
      }
      await pauseFor(backoff(retry, count), options.signal);
    }
  }

  /**
   * Asks the registry to take a blob over from another of its repositories. False when it does not: it lacks the feature or the blob, or
   * may not read it there. Then the upload it may have begun instead is called off.
   */
  async mount(descriptor: Descriptor, from: string, options: OperationOptions): Promise<boolean> {
    const query = new URLSearchParams({ mount: descriptor.digest, from });
    let response: HttpResponse;
    try {
      response = await this.#connection.client.request({
        method: "POST",
        url: `/v2/${this.#repository}/blobs/uploads/?${query.toString()}`,
        access: access.mount(this.#repository, from),
        doing: `mounting ${descriptor.digest} from ${from}`,
        signal: options.signal,
        expect: [201, 202, 400, 403, 404, 405],
        retry: true,
      });
    } catch (error) {
      // No permission there says nothing about the permission to push here.
      if (isOrasError(error, "ORAS_UNAUTHORIZED")) return false;
      throw error;
    }
    response.drop();
    if (response.status === 201) {
      requireReported(response, descriptor.digest);
      return true;
    }
    const { status } = response;
    if (status === 202 && response.header("location") !== undefined)
      await this.#cancel(this.#locationOf(response));
    return false;
  }

  async #upload(
    descriptor: Descriptor,
    content: Content,
    session: Session,
    doing: string,
    options: OperationOptions,
  ): Promise<void> {
    const started = await this.#connection.client.request({
      method: "POST",
      url: `/v2/${this.#repository}/blobs/uploads/`,
      access: this.#access,
      doing,
      signal: options.signal,
      expect: [202],
      retry: true,
    });
    started.drop();
    const location = this.#locationOf(started);
    session.location = location;
    const chunkBytes = this.#chunkSizeFor(started);
    if (chunkBytes === undefined || descriptor.size <= chunkBytes) {
      return this.#put(location, descriptor, content, doing, options);
    }
    const end = await this.#patchAll(session, location, descriptor, content, chunkBytes, doing, options);
    await this.#put(end, descriptor, undefined, doing, options);
  }

  /** Closes the upload: with everything, or after chunks with nothing. */
  async #put(
    location: URL,
    descriptor: Descriptor,
    content: Content | undefined,
    doing: string,
    options: OperationOptions,
  ): Promise<void> {
    const url = new URL(location);
    url.searchParams.set("digest", descriptor.digest);
    const finished = await this.#connection.client.request({
      method: "PUT",
      url,
      access: this.#access,
      headers: { "content-type": "application/octet-stream" },
      body:
        content === undefined
          ? bytesBody(new Uint8Array())
          : {
              size: descriptor.size,
              repeatable: isRepeatable(content),
              open: async () => verified(await open(content), descriptor),
            },
      doing,
      signal: options.signal,
      expect: [201],
      retry: false,
    });
    finished.drop();
    requireReported(finished, descriptor.digest);
  }

  async #patchAll(
    session: Session,
    location: URL,
    descriptor: Descriptor,
    content: Content,
    chunkBytes: number,
    doing: string,
    options: OperationOptions,
  ): Promise<URL> {
    let offset = 0;
    let next = location;
    for await (const chunk of chunksOf(verified(await open(content), descriptor), chunkBytes)) {
      next = await this.#patch(next, chunk, offset, doing, options);
      session.location = next;
      offset += chunk.byteLength;
    }
    return next;
  }

  /** Sends one chunk; after a failure asks how far the registry came and sends the rest of it. */
  async #patch(
    location: URL,
    chunk: Uint8Array,
    offset: number,
    doing: string,
    options: OperationOptions,
  ): Promise<URL> {
    const { client, retry } = this.#connection;
    const end = offset + chunk.byteLength;
    let url = location;
    let received = offset;
    for (let count = 1; ; count++) {
      try {
        const response = await client.request({
          method: "PATCH",
          url,
          access: this.#access,
          headers: {
            "content-type": "application/octet-stream",
            "content-range": `${received}-${end - 1}`,
          },
          body: bytesBody(chunk.subarray(received - offset)),
          doing,
          signal: options.signal,
          expect: [202],
          retry: false,
        });
        response.drop();
        return this.#locationOf(response);
      } catch (error) {
        const outOfStep = isOrasError(error) && error.status === 416;
        if ((!outOfStep && !isWorthRepeating(error)) || count >= retry.attempts) throw error;
      }
      await pauseFor(backoff(retry, count), options.signal);
      const state = await client.request({
        method: "GET",
        url,
        access: this.#access,
        doing,
        signal: options.signal,
        expect: [204],
        retry: true,
      });
      state.drop();
      if (state.header("location") !== undefined) url = this.#locationOf(state);
      received = receivedOf(state, offset, end);
      if (received === end) return url;
    }
  }

  /** Best effort, also for who has given the signal to end: a registry drops by itself what nobody finishes. */
  async #cancel(location: URL): Promise<void> {
    const signal = AbortSignal.timeout(longestCancelMs);
    try {
      const cancelled = await this.#connection.client.request({
        method: "DELETE",
        url: location,
        access: this.#access,
        doing: "calling off an upload",
        signal,
        expect: [200, 202, 204, 404, 405],
        retry: false,
      });
      cancelled.drop();
    } catch (error) {
      if (!isOrasError(error) && !signal.aborted) throw error;
    }
  }

  #chunkSizeFor(started: HttpResponse): number | undefined {
    const asked = started.header("oci-chunk-min-length");
    if (asked === undefined || !/^\d{1,12}$/.test(asked)) return this.#chunkBytes;
    const least = Number(asked);
    if (least > maxChunkBytes) {
      throw new OrasError(
        "ORAS_TOO_LARGE",
        `${started.url.host} wants chunks of at least ${least} bytes; this client holds at most ${maxChunkBytes}`,
        { hint: "Lower the registry's least chunk size." },
      );
    }
    return Math.max(least, this.#chunkBytes ?? usualChunkBytes);
  }

  #locationOf(response: HttpResponse): URL {
    const location = response.header("location");
    if (location !== undefined) return this.#connection.client.follow(location, response.url);
    throw new OrasError(
      "ORAS_PROTOCOL",
      `${response.url.host} accepts an upload and names no Location for it`,
      { hint: "The registry, or a proxy in front of it, is misconfigured." },
    );
  }
}

/** What the registry says it stored, if it says so, must be what was sent. */
export function requireReported(response: HttpResponse, digest: Digest): void {
  const reported = response.header("docker-content-digest");
  // A registry may report by another algorithm than was asked for; then there is nothing to compare.
  if (reported !== undefined && reported.split(":")[0] === digest.split(":")[0])
    requireDigest(digest, printable(reported));
}

/** `Range: 0-N`, the last byte included. `0-0` is what registries say of one byte and of none; none is the safe reading. */
function receivedOf(state: HttpResponse, offset: number, end: number): number {
  const match = /^(?:bytes=)?0-(\d{1,15})$/.exec(state.header("range") ?? "0-0");
  const last = Number(match?.[1] ?? Number.NaN);
  const received = last === 0 ? 0 : last + 1;
  if (received >= offset && received <= end) return received;
  throw new OrasError(
    "ORAS_PROTOCOL",
    `${state.url.host} lost the place in an upload: it has ${received} bytes where ${offset} to ${end} were sent`,
    { hint: "Try again; the registry's log says more." },
  );
}

function isWorthRepeating(error: unknown): boolean {
  return isOrasError(error, "ORAS_NETWORK") || (isOrasError(error) && isRetryableStatus(error.status ?? 0));
}
