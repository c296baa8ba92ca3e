/**
 * One value per process. Next.js gives instrumentation and routes module graphs of their own and reloads modules in
 * development, so a module variable would exist several times; the version in the name retires a value whose shape
 * has changed.
 */
export function processState<T>(name: string, create: () => T): T {
  const key = Symbol.for(`lockstep.${name}`);
  const store = globalThis as { [key: symbol]: unknown };
  if (!(key in store)) store[key] = create();
  return store[key] as T;
}
