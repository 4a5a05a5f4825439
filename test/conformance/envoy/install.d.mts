export declare const ENVOY_VERSION: string;

/** Envoy cannot be had on this machine; the message is one sentence that says what to do. */
export declare class EnvoyInstallError extends Error {
  readonly code: "ERR_ENVOY_INSTALL";
}

/** The path of an Envoy binary (default 1.40.0), installed on the first call (about 10 s) and reused while it answers --version. */
export declare function installEnvoy(version?: string): Promise<string>;
