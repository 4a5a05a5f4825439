/** What to show a registry. Exactly one of the three kinds. */
export type Credential =
  | { readonly username: string; readonly password: string }
  /** A refresh token, traded for access tokens at the registry's token server. */
  | { readonly identityToken: string }
  /** A token shown to the registry as it is. */
  | { readonly accessToken: string };

/** Finds the credential for a registry, e.g. `ghcr.io` or `127.0.0.1:5000`; undefined means anonymous. */
export type CredentialsLookup = (
  registry: string,
) => Promise<Credential | undefined> | Credential | undefined;

/** Credentials of a repository: these ones, or a function that finds them when a registry asks. */
export type Credentials = Credential | CredentialsLookup;
