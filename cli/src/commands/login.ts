import { login as logIn } from "oras-js";
import { defineCommand, json, required } from "../command.js";
import { usageError } from "../errors.js";
import { readRegistry } from "../registry/address.js";
import { connectionOptions, passwordFromInput, registryOptions } from "../registry/registry-options.js";
import type { Terminal } from "../terminal.js";

export const login = defineCommand({
  name: "login",
  summary: "log in to a registry, as docker and oras do",
  arguments: { registry: required("host, and a port if it has one: ghcr.io, 127.0.0.1:5000") },
  options: { ...registryOptions, json },
  async run(input, terminal) {
    const registry = readRegistry(input.registry);
    const connection = await connectionOptions(input);
    const username = input.username ?? (await ask(terminal, "user name: ", "shown", "--username NAME"));
    if (username === "") throw usageError("the user name is empty", "give it with --username NAME");
    const password = input.passwordStdin
      ? await passwordFromInput(terminal)
      : await ask(terminal, "password: ", "hidden", "--password-stdin");
    if (password === "") throw usageError("the password is empty", "try again");
    const keptIn = await logIn(registry, { username, password }, connection);
    if (input.json) terminal.json({ registry, username, keptIn });
    else {
      terminal.out(`logged in to ${registry} as ${username}`);
      terminal.note(
        "helper" in keptIn
          ? `kept by docker-credential-${keptIn.helper}`
          : `kept in ${keptIn.file}, which only you can read; a credential helper would keep it encrypted`,
      );
    }
    return 0;
  },
});

async function ask(
  terminal: Terminal,
  question: string,
  echo: "shown" | "hidden",
  option: string,
): Promise<string> {
  if (terminal.ask !== null) return terminal.ask(question, echo);
  throw usageError(`${option.split(" ")[0]} is missing`, `there is no terminal to ask at: give ${option}`);
}
