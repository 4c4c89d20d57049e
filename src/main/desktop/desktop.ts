export function runDesktop(_parts: { readonly out: URL }): void {}
