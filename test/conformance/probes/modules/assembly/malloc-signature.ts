// A malloc with a wrong signature, and callbacks that are wrong too.
export function proxy_abi_version_0_2_1(): void {}

export function malloc(): i32 {
  return 0;
}

export function proxy_on_configure(context: i32): i32 {
  return 1;
}

export function main(): void {}
