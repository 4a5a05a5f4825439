import type { ByteString, HeaderList, HeaderPair } from "../byte-string.js";
import { lowerCase } from "./field-name.js";

/** Which of Envoy's four maps this is; each has its own set of headers that occur at most once. */
export type HeaderMapKind = "request headers" | "request trailers" | "response headers" | "response trailers";

/**
 * One of Envoy's header maps. Three things make it more than a list: names are lower-case; pseudo headers stay
 * together in front; a header that Envoy holds in a slot of its own occurs once, and a second value is joined to it.
 */
export class HeaderMap {
  #pairs: HeaderPair[] = [];
  /** How many pseudo headers stand in front. */
  #pseudo = 0;
  readonly #single: ReadonlySet<ByteString>;

  constructor(
    readonly kind: HeaderMapKind,
    pairs: HeaderList = [],
  ) {
    this.#single = singleSlots[kind];
    for (const [name, value] of pairs) this.add(name, value);
  }

  get pairs(): HeaderList {
    return this.#pairs;
  }

  get size(): number {
    return this.#pairs.length;
  }

  /** Bytes of all names and values. */
  get byteSize(): number {
    let size = 0;
    for (const [name, value] of this.#pairs) size += name.length + value.length;
    return size;
  }

  get(name: ByteString): ByteString | null {
    return this.#pairs[this.#indexOf(this.#key(name))]?.[1] ?? null;
  }

  has(name: ByteString): boolean {
    return this.#indexOf(this.#key(name)) >= 0;
  }

  getAll(name: ByteString): readonly ByteString[] {
    const key = this.#key(name);
    return this.#pairs.filter(([other]) => other === key).map(([, value]) => value);
  }

  add(name: ByteString, value: ByteString): void {
    this.addField([this.#key(name), value]);
  }

  /** The same for a field as the codec gives it: its name is in lower case, and not `host` in a request. */
  addField(field: HeaderPair): void {
    const [name, value] = field;
    if (this.#single.has(name)) {
      const index = this.#indexOf(name);
      const existing = this.#pairs[index];
      if (existing !== undefined) {
        if (value !== "") this.#pairs[index] = [name, existing[1] === "" ? value : `${existing[1]},${value}`];
        return;
      }
    }
    if (!isPseudo(name)) this.#pairs.push(field);
    else if (this.#pseudo++ === this.#pairs.length) this.#pairs.push(field);
    else this.#pairs.splice(this.#pseudo - 1, 0, field);
  }

  /** All values go, the new one is added at the end: a replaced header loses its place. */
  replace(name: ByteString, value: ByteString): void {
    this.remove(name);
    this.add(name, value);
  }

  /** Gives an existing header a new value in its place, or adds it; how Envoy itself changes a header. */
  setInPlace(name: ByteString, value: ByteString): void {
    const index = this.#indexOf(name);
    if (index < 0) this.add(name, value);
    else this.#pairs[index] = [name, value];
  }

  remove(name: ByteString): void {
    const key = this.#key(name);
    if (this.#indexOf(key) < 0) return;
    const { length } = this.#pairs;
    this.#pairs = this.#pairs.filter(([other]) => other !== key);
    if (isPseudo(key)) this.#pseudo -= length - this.#pairs.length;
  }

  replaceAll(pairs: HeaderList): void {
    this.#pairs = [];
    this.#pseudo = 0;
    for (const [name, value] of pairs) this.add(name, value);
  }

  #indexOf(key: ByteString): number {
    const pairs = this.#pairs;
    for (let index = 0; index < pairs.length; index++) if (pairs[index]?.[0] === key) return index;
    return -1;
  }

  /** In a request `host` is another name of `:authority`. */
  #key(name: ByteString): ByteString {
    const key = lowerCase(name);
    return key === "host" && this.kind === "request headers" ? ":authority" : key;
  }
}

function isPseudo(name: ByteString): boolean {
  return name.charCodeAt(0) === 0x3a;
}

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Held once, in requests and responses alike. Measured with Envoy 1.40 by sending each header twice. */
const common = words(`
  connection content-length content-type content-encoding cache-control keep-alive no-chunks proxy-connection
  proxy-status transfer-encoding upgrade via x-request-id x-envoy-attempt-count x-envoy-decorator-operation`);

const singleSlots: Readonly<Record<HeaderMapKind, ReadonlySet<ByteString>>> = {
  "request headers": new Set([
    ...common,
    ...words(`
      :authority :method :path :protocol :scheme
      accept accept-encoding access-control-request-headers access-control-request-method authorization cdn-loop
      expect grpc-accept-encoding grpc-timeout if-match if-modified-since if-none-match if-range if-unmodified-since
      origin pragma referer te user-agent x-client-trace-id x-forwarded-client-cert x-forwarded-for x-forwarded-host
      x-forwarded-port x-forwarded-proto x-envoy-downstream-service-cluster x-envoy-external-address
      x-envoy-expected-rq-timeout-ms x-envoy-original-host x-envoy-original-path`),
  ]),
  "request trailers": new Set(),
  "response headers": new Set([
    ...common,
    ...words(`
      :status access-control-allow-credentials access-control-allow-headers access-control-allow-methods
      access-control-allow-origin access-control-expose-headers access-control-max-age age date etag expires
      grpc-message grpc-status last-modified location server vary x-envoy-degraded x-envoy-immediate-health-check-fail
      x-envoy-ratelimited x-envoy-upstream-canary x-envoy-upstream-healthchecked-cluster
      x-envoy-upstream-service-time`),
  ]),
  "response trailers": new Set(["grpc-message", "grpc-status"]),
};
