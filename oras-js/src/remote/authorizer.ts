import type { Credential, Credentials } from "../credentials/credential.js";
import { isRecord } from "../descriptor.js";
import { printable } from "../digest.js";
import { OrasError } from "../errors.js";
import { type Access, covers, mergeScopes } from "./access.js";
import { type Challenge, parseChallenges } from "./challenge.js";
import { requireSafeRealm, shown } from "./safe-address.js";
import { basicHeader, tokenRequest } from "./token-request.js";
import { type HttpRequest, type HttpResponse, readBody } from "./transport.js";

export interface AuthorizerOptions {
  /** The name credentials are looked up by. */
  readonly registry: string;
  /** What the credentials are for, in messages: the repository. */
  readonly purpose: string;
  readonly origin: URL;
  readonly credentials: Credentials | undefined;
  /** How the token server is asked. */
  readonly send: (request: HttpRequest) => Promise<HttpResponse>;
  readonly now?: () => number;
}

interface CachedToken {
  readonly access: Access;
  readonly header: string;
  readonly expires: number;
}

type Known =
  | { readonly scheme: "none" }
  | { readonly scheme: "basic"; readonly header: string }
  | { readonly scheme: "bearer" };

const maxTokenBytes = 1024 * 1024;

// The token specification's lifetime for an answer that states none, and what is subtracted for clocks and travel.
const defaultLifetimeSeconds = 60;
const marginSeconds = 5;

/**
 * Answers one registry's challenges: nothing, Basic or Bearer (distribution's token specification). Its headers are for the
 * registry's own origin; the token server is the only other place that sees a credential, and only after
 * `requireSafeRealm`.
 */
export class Authorizer {
  readonly #options: AuthorizerOptions;
  readonly #now: () => number;
  readonly #tokens = new Map<string, CachedToken>();
  readonly #underway = new Map<string, Promise<string>>();
  #known: Known = { scheme: "none" };
  #credential: Promise<Credential | undefined> | undefined;
  /** Everything that must not show in a message. */
  readonly #secrets = new Set<string>();

  constructor(options: AuthorizerOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** The header to send at once, as far as it is known from earlier challenges. */
  header(access: Access): string | undefined {
    switch (this.#known.scheme) {
      case "none":
        return undefined;
      case "basic":
        return this.#known.header;
      case "bearer":
        return this.#cached(access) ?? this.#covering(access);
    }
  }

  /**
   * The header that answers a 401. `refused` is the header the registry refused; when the same would be
   * the answer again, the credentials are wrong.
   */
  async answer(
    response: HttpResponse,
    access: Access,
    refused: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const challenges = parseChallenges(response.headers("www-authenticate"));
    const bearer = challenges.find((challenge) => challenge.scheme === "bearer");
    const basic = challenges.find((challenge) => challenge.scheme === "basic");
    const header =
      bearer !== undefined
        ? await this.#bearer(bearer, access, refused, signal)
        : basic !== undefined
          ? await this.#basic()
          : undefined;
    if (header === undefined) {
      const named = challenges.map((challenge) => printable(challenge.scheme)).join(", ") || "nothing";
      throw new OrasError(
        "ORAS_INVALID_CHALLENGE",
        `${this.#options.registry} wants authentication and offers ${named}; this client knows Basic and Bearer`,
        { hint: "Check the registry's address, and whether a proxy answers in its place.", status: 401 },
      );
    }
    if (header === refused) throw this.refusal(true);
    return header;
  }

  /** The error for a 401 that stays. */
  refusal(withCredentials: boolean): OrasError {
    const { registry, purpose } = this.#options;
    return withCredentials
      ? new OrasError("ORAS_UNAUTHORIZED", `${registry} refuses the credentials for ${purpose}`, {
          hint: `Check user name and password, or log in to ${registry} again.`,
          status: 401,
          registry,
        })
      : new OrasError(
          "ORAS_UNAUTHORIZED",
          `${registry} wants credentials for ${purpose}, and there are none`,
          {
            hint: `Log in to ${registry} first, e.g. with docker login ${registry}, or pass credentials.`,
            status: 401,
            registry,
          },
        );
  }

  async hasCredential(): Promise<boolean> {
    return (await this.#lookUp()) !== undefined;
  }

  /** Takes every secret that was used out of a text a server wrote. */
  redact(text: string): string {
    let clean = text;
    for (const secret of this.#secrets) clean = clean.replaceAll(secret, "[secret]");
    return clean;
  }

  async #basic(): Promise<string> {
    const credential = await this.#lookUp();
    if (credential === undefined || !("username" in credential)) throw this.refusal(false);
    const header = basicHeader(credential);
    this.#known = { scheme: "basic", header };
    this.#keepSecret(header.slice("Basic ".length));
    return header;
  }

  /** One request for a token at a time and scope: blobs that travel together are challenged together. */
  async #bearer(
    challenge: Challenge,
    access: Access,
    refused: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const scope = access.join(" ");
    // If another's request fails, its signal may be the reason, so this one asks for itself.
    await this.#underway.get(scope)?.catch(() => undefined);
    const cached = this.#cached(access);
    if (cached !== undefined && cached !== refused) return cached;
    const request = this.#requestToken(challenge, access, signal);
    this.#underway.set(scope, request);
    try {
      return await request;
    } finally {
      if (this.#underway.get(scope) === request) this.#underway.delete(scope);
    }
  }

  async #requestToken(
    challenge: Challenge,
    access: Access,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const credential = await this.#lookUp();
    if (credential !== undefined && "accessToken" in credential) {
      return this.#remember(access, credential.accessToken, Number.POSITIVE_INFINITY);
    }
    const realm = requireSafeRealm(challenge.parameters.get("realm"), this.#options.origin);
    const service = challenge.parameters.get("service");
    const scopes = mergeScopes(access, challenge.parameters.get("scope"));
    const response = await this.#options.send(tokenRequest(realm, service, scopes, credential, signal));
    const { status } = response;
    if (status !== 200) response.drop();
    // OAuth 2 says 400 for a refresh token it does not like (RFC 6749 section 5.2).
    if (status === 401 || status === 403 || (status === 400 && credential !== undefined)) {
      throw this.refusal(credential !== undefined);
    }
    if (status !== 200) throw this.#badTokenServer(realm, `answers with status ${status}`, status);
    const { token, lifetimeSeconds } = this.#parseToken(await readBody(response, maxTokenBytes), realm);
    return this.#remember(access, token, this.#now() + Math.max(0, lifetimeSeconds - marginSeconds) * 1000);
  }

  #parseToken(body: Uint8Array, realm: URL): { token: string; lifetimeSeconds: number } {
    let answer: unknown;
    try {
      answer = JSON.parse(new TextDecoder().decode(body));
    } catch {
      // The parser's message would quote the answer, and with it a token.
      throw this.#badTokenServer(realm, "does not answer with JSON");
    }
    const { token, access_token: accessToken, expires_in: expiresIn } = isRecord(answer) ? answer : {};
    const found = [token, accessToken].find((candidate) => typeof candidate === "string" && candidate !== "");
    if (typeof found !== "string" || !/^[\x21-\x7e]+$/.test(found)) {
      throw this.#badTokenServer(realm, "answers without a token");
    }
    const lifetimeSeconds =
      typeof expiresIn === "number" && expiresIn > 0 ? expiresIn : defaultLifetimeSeconds;
    return { token: found, lifetimeSeconds };
  }

  #remember(access: Access, token: string, expires: number): string {
    const header = `Bearer ${token}`;
    this.#keepSecret(token);
    this.#known = { scheme: "bearer" };
    this.#tokens.set(access.join(" "), { access, header, expires });
    return header;
  }

  #cached(access: Access): string | undefined {
    return this.#valid(this.#tokens.get(access.join(" ")));
  }

  /** A token got for more: whoever may push may pull. */
  #covering(access: Access): string | undefined {
    for (const token of this.#tokens.values()) {
      const header = covers(token.access, access) ? this.#valid(token) : undefined;
      if (header !== undefined) return header;
    }
    return undefined;
  }

  #valid(token: CachedToken | undefined): string | undefined {
    return token !== undefined && token.expires > this.#now() ? token.header : undefined;
  }

  #lookUp(): Promise<Credential | undefined> {
    this.#credential ??= (async () => {
      const { credentials, registry } = this.#options;
      const credential = typeof credentials === "function" ? await credentials(registry) : credentials;
      if (credential === undefined) return undefined;
      if ("password" in credential) this.#keepSecret(credential.password);
      else
        this.#keepSecret("identityToken" in credential ? credential.identityToken : credential.accessToken);
      return credential;
    })();
    return this.#credential;
  }

  /** Very short ones are left: to blot out every "a" would hide nothing and garble everything. */
  #keepSecret(secret: string): void {
    if (secret.length >= 4) this.#secrets.add(secret);
  }

  #badTokenServer(realm: URL, problem: string, status?: number): OrasError {
    return new OrasError("ORAS_PROTOCOL", `The token server ${shown(realm)} ${problem}`, {
      hint: `It was named by ${this.#options.registry}. Check its state, then try again.`,
      ...(status === undefined ? {} : { status }),
    });
  }
}
