import { OrasError } from "../errors.js";
import { formatReference, parseReference } from "../reference.js";
import type { OperationOptions } from "../roles.js";
import { access } from "./access.js";
import { type Connection, type ConnectionOptions, connect } from "./connection.js";
import { pages, stringsOf } from "./pages.js";
import { Repository, type RepositoryOptions } from "./repository.js";

/**
 * A registry as a whole.
 *
 * @example
 * const registry = new Registry("127.0.0.1:5000");
 * for await (const name of registry.repositories()) console.log(name, await registry.repository(name).tags());
 */
export class Registry {
  readonly host: string;
  readonly #options: RepositoryOptions;
  readonly #connection: Connection;

  /** Takes `host[:port]`. */
  constructor(host: string, options: RepositoryOptions = {}) {
    // The reference's own check, for what stands before the first slash.
    this.host = parseReference(`${host}/x`).registry;
    if (formatReference({ registry: this.host, repository: "x" }) !== `${host}/x`) {
      throw new OrasError("ORAS_INVALID_REFERENCE", `"${host}" names more than a registry`, {
        hint: "Write the host and at most a port: ghcr.io, 127.0.0.1:5000.",
      });
    }
    this.#options = options;
    this.#connection = connect(this.host, "the registry", options satisfies ConnectionOptions);
  }

  /** Whether it is a registry, and lets these credentials in: an error says why not. */
  async ping(options: OperationOptions = {}): Promise<void> {
    const response = await this.#connection.client.request({
      method: "GET",
      url: "/v2/",
      access: access.any,
      doing: "looking whether this is a registry",
      signal: options.signal,
      expect: [200],
      retry: true,
    });
    response.drop();
  }

  /** The names of its repositories, as they come. Many registries refuse to list them. */
  async *repositories(options: OperationOptions = {}): AsyncGenerator<string, void, void> {
    const doing = "listing the repositories";
    for await (const page of pages(this.#connection.client, {
      ...options,
      path: "/v2/_catalog",
      access: access.catalog,
      doing,
    })) {
      // What is no name could not be asked for; the check is the reference's own.
      for (const repository of stringsOf(page, "repositories", doing)) {
        yield parseReference(`${this.host}/${repository}`).repository;
      }
    }
  }

  /** One of its repositories, reached in the same way. */
  repository(name: string): Repository {
    return new Repository(`${this.host}/${name}`, this.#options);
  }
}
