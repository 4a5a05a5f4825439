import { maxManifestBytes } from "../content.js";
import { isRecord } from "../descriptor.js";
import { OrasError } from "../errors.js";
import type { OperationOptions } from "../roles.js";
import type { Access } from "./access.js";
import type { RegistryClient } from "./registry-client.js";
import { type HttpResponse, readBody } from "./transport.js";

// With the hundred entries a page usually has, a hundred thousand entries.
const maxPages = 1_000;

export interface PagesRequest extends OperationOptions {
  readonly path: string;
  readonly access: Access;
  readonly headers?: Readonly<Record<string, string>>;
  /** For messages: "listing the tags". */
  readonly doing: string;
}

/** The pages of a list, linked by `Link: <...>; rel="next"` (distribution-spec, "Listing Tags"), as JSON objects. */
export async function* pages(
  client: RegistryClient,
  request: PagesRequest,
): AsyncGenerator<Record<string, unknown>, void, void> {
  yield* followingPages(client, request, await getPage(client, request, request.path));
}

/** The same, when the first page is there already. */
export async function* followingPages(
  client: RegistryClient,
  request: PagesRequest,
  first: HttpResponse,
): AsyncGenerator<Record<string, unknown>, void, void> {
  let response = first;
  for (let count = 1; ; count++) {
    yield await parsePage(response, request.doing);
    const next = nextOf(response);
    if (next === undefined) return;
    if (count === maxPages) {
      throw new OrasError(
        "ORAS_TOO_LARGE",
        `${response.url.host} goes on after ${maxPages} pages while ${request.doing}`,
        { hint: "The registry links its pages in a circle, or holds more than this client reads." },
      );
    }
    const url = client.follow(next, response.url);
    if (url.origin !== response.url.origin) {
      throw new OrasError(
        "ORAS_UNSAFE_REDIRECT",
        `${response.url.host} links to a page at ${url.host} while ${request.doing}`,
        { hint: "A list is at one registry. Correct the registry's configuration." },
      );
    }
    response = await getPage(client, request, url);
  }
}

function getPage(client: RegistryClient, request: PagesRequest, url: string | URL): Promise<HttpResponse> {
  return client.request({
    method: "GET",
    url,
    access: request.access,
    headers: { accept: "application/json", ...request.headers },
    doing: request.doing,
    signal: request.signal,
    expect: [200],
    retry: true,
  });
}

async function parsePage(response: HttpResponse, doing: string): Promise<Record<string, unknown>> {
  const bytes = await readBody(response, maxManifestBytes);
  let page: unknown;
  try {
    page = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw badList(response, doing, cause);
  }
  if (!isRecord(page)) throw badList(response, doing);
  return page;
}

/** The strings in a field of a page. Registries write null for none. */
export function stringsOf(page: Record<string, unknown>, field: string, doing: string): readonly string[] {
  const list = page[field] ?? [];
  if (Array.isArray(list) && list.every((entry) => typeof entry === "string")) return list;
  throw new OrasError("ORAS_PROTOCOL", `The registry's answer while ${doing} has no list of ${field}`, {
    hint: "Check that the address is a registry's.",
  });
}

function nextOf(response: HttpResponse): string | undefined {
  for (const value of response.headers("link")) {
    for (const [, target, parameters] of value.matchAll(/<([^>]*)>([^<]*)/g)) {
      if (/;\s*rel="?next"?\s*(?:[;,]|$)/i.test(parameters!)) return target;
    }
  }
  return undefined;
}

function badList(response: HttpResponse, doing: string, cause?: unknown): OrasError {
  return new OrasError("ORAS_PROTOCOL", `${response.url.host} does not answer in JSON while ${doing}`, {
    hint: "Check that the address is a registry's; a login page or a proxy answers like this too.",
    cause,
  });
}
