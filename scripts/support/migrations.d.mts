export function applyMigrations(options: { databaseUrl: string }): Promise<string[]>;
export function writeMigration(name: string, now: Date): Promise<string>;
