export function findSystemBrowser(): string | undefined;
export function requireBrowser(signal: AbortSignal): Promise<void>;
