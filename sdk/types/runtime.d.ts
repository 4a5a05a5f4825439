// What AssemblyScript's compiler knows by itself and its type declarations leave out.

declare global {
  /** Frees what nothing refers to. Under the runtime `minimal` allowed only while no guest function is on the stack. */
  function __collect(): void;
}

export {};
