import type { QuickJSSyncVariant, QuickJSWASMModule } from 'quickjs-emscripten-core';

let engine: QuickJSWASMModule | undefined;

/** Loads QuickJS, an interpreter of JavaScript in WebAssembly: it takes some ten milliseconds, which only those pay who use it. */
export async function loadEngine(): Promise<void> {
  if (engine !== undefined) return;
  const [{ newQuickJSWASMModuleFromVariant }, { default: variant }] = await Promise.all([
    import('quickjs-emscripten-core'),
    import('@jitl/quickjs-ng-wasmfile-release-sync'),
  ]);
  // Its types describe its CommonJS form, where the default is one level deeper.
  engine = await newQuickJSWASMModuleFromVariant(variant as unknown as QuickJSSyncVariant);
}

/** The engine, which has been loaded. */
export function loadedEngine(): QuickJSWASMModule {
  if (engine === undefined) throw new Error('processors.script was made before its engine was loaded: see `prepare`');
  return engine;
}
