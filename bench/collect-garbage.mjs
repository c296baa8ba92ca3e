// Loaded into a server process under measurement (--expose-gc --import): collects its garbage when asked, so that the heap
// that is left is what is really held.
process.on("SIGUSR2", () => globalThis.gc?.());
