import { isRecord } from "../descriptor.js";
import { printable } from "../digest.js";
import { OrasError } from "../errors.js";
import { isRetryableStatus } from "./retry.js";
import { shown } from "./safe-address.js";
import { type HttpResponse, readBody } from "./transport.js";

const maxErrorBytes = 64 * 1024;

/** The error for an answer that is not the hoped-for one; reads its body (distribution-spec, "Error Codes"). */
export async function registryError(
  response: HttpResponse,
  doing: string,
  redact: (text: string) => string,
): Promise<OrasError> {
  const { status, url } = response;
  const said = await whatItSaid(response, redact);
  const what = `${url.host} answers ${status} while ${doing}${said === "" ? "" : `: ${said}`}`;
  if (status === 400 && /HTTPS (?:server|port)/i.test(said)) {
    return new OrasError("ORAS_SERVER_SPEAKS_TLS", `${url.host} wants TLS and was spoken to in plain HTTP`, {
      hint: "Set plainHttp to false.",
      status,
      registry: url.host,
    });
  }
  if (status === 403) {
    return new OrasError("ORAS_FORBIDDEN", what, {
      hint: "The credentials may not do this, or there are none: ask for the permission, or log in.",
      status,
      registry: url.host,
    });
  }
  if (status === 404) {
    return new OrasError("ORAS_NOT_FOUND", what, {
      hint: `Check the repository's name; ${url.host} may want it to be created first.`,
      status,
    });
  }
  if (status === 405) {
    return new OrasError("ORAS_REGISTRY_ERROR", what, {
      hint: "The registry is read-only or forbids deletion; for Distribution see storage.delete.enabled and readonly in its configuration.",
      status,
    });
  }
  if (status === 413) {
    return new OrasError("ORAS_TOO_LARGE", what, {
      hint: "Raise the limit in the registry or in the proxy before it.",
      status,
    });
  }
  if (status === 429) {
    return new OrasError("ORAS_TOO_MANY_REQUESTS", what, {
      hint: "Wait a while, or log in: anonymous limits are lower.",
      status,
    });
  }
  if (status >= 300 && status < 400) {
    return new OrasError(
      "ORAS_UNSAFE_REDIRECT",
      `${what}, which redirects a request that must not be repeated elsewhere`,
      {
        hint: `Use the registry's final address in place of ${shown(url)}.`,
        status,
      },
    );
  }
  return new OrasError("ORAS_REGISTRY_ERROR", what, {
    hint: isRetryableStatus(status)
      ? "Try again later; the registry's log says more."
      : "The registry's log says more.",
    status,
  });
}

/** `CODE: message` of the body's errors, or the beginning of a plain text. */
async function whatItSaid(response: HttpResponse, redact: (text: string) => string): Promise<string> {
  let text: string;
  try {
    text = new TextDecoder().decode(await readBody(response, maxErrorBytes));
  } catch {
    // The status says enough; an error page that is too long or breaks off adds nothing.
    return "";
  }
  // Before anything is cut, lest half a secret remain.
  const clean = redact(text);
  try {
    const document: unknown = JSON.parse(clean);
    const errors =
      isRecord(document) && Array.isArray(document["errors"]) ? document["errors"].slice(0, 3) : [];
    return errors
      .filter(isRecord)
      .map(({ code, message }) =>
        printable([code, message].filter((part) => typeof part === "string").join(": "), 200),
      )
      .join("; ");
  } catch {
    return /^\s*</.test(clean) ? "" : printable(clean.trim(), 200);
  }
}
