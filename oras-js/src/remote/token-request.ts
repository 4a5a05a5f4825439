import type { Credential } from "../credentials/credential.js";
import { OrasError } from "../errors.js";
import { type HttpRequest, bytesBody } from "./transport.js";

const clientId = "oras-js";

/** Refresh tokens are traded by POST (OAuth 2), passwords by GET, which every token server understands. */
export function tokenRequest(
  realm: URL,
  service: string | undefined,
  scopes: readonly string[],
  credential: Exclude<Credential, { accessToken: string }> | undefined,
  signal: AbortSignal | undefined,
): HttpRequest {
  const abort = signal === undefined ? {} : { signal };
  if (credential !== undefined && "identityToken" in credential) {
    const form = new URLSearchParams({
      grant_type: "refresh_token",
      client_id: clientId,
      refresh_token: credential.identityToken,
    });
    if (scopes.length > 0) form.set("scope", scopes.join(" "));
    if (service !== undefined) form.set("service", service);
    const bytes = new TextEncoder().encode(form.toString());
    return {
      method: "POST",
      url: realm,
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
      body: bytesBody(bytes),
      ...abort,
    };
  }
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set("service", service);
  for (const scope of scopes) url.searchParams.append("scope", scope);
  return {
    method: "GET",
    url,
    headers: {
      accept: "application/json",
      ...(credential === undefined ? {} : { authorization: basicHeader(credential) }),
    },
    ...abort,
  };
}

export function basicHeader(credential: { readonly username: string; readonly password: string }): string {
  // A colon in the name would shift the border between name and password (RFC 7617 section 2).
  if (credential.username.includes(":")) {
    throw new OrasError(
      "ORAS_UNAUTHORIZED",
      "The user name holds a colon, which Basic authentication cannot carry",
      {
        hint: "Check that user name and password are not given as one.",
      },
    );
  }
  return `Basic ${Buffer.from(`${credential.username}:${credential.password}`, "utf8").toString("base64")}`;
}
