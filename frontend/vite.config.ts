import { defineConfig } from "vitest/config";

// Vite wraps every import() in 3 KB that load style sheets and modules beforehand, even where there are
// none to load. The page has one style sheet and nothing to load beforehand: its import() is enough.
const plainImports = {
  name: "plain-imports",
  enforce: "pre",
  load: {
    filter: { id: /vite\/preload-helper/ },
    handler: () => "export const __vitePreload = (load) => load();",
  },
} as const;

// The page is a module that exports `render`, one that holds the analyses and is loaded when one is
// opened, and one style sheet. Names carry no hash, so that the server's list of files is fixed and a
// rebuild of the same sources gives the same bytes.
export default defineConfig({
  base: "./",
  publicDir: false,
  plugins: [plainImports],
  // calls of h(tag, props, ...children) are shorter than those of the automatic runtime
  oxc: {
    jsx: { runtime: "classic", pragma: "_h", pragmaFrag: "_F" },
    jsxInject: 'import { Fragment as _F, h as _h } from "preact";',
  },
  build: {
    outDir: "../tb_dice/plugin/static",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    cssCodeSplit: false,
    reportCompressedSize: true,
    rolldownOptions: {
      input: "src/main.tsx",
      preserveEntrySignatures: "allow-extension", // the analyses import from the page
      output: {
        format: "es",
        entryFileNames: "index.js",
        assetFileNames: "index[extname]",
        chunkFileNames: "[name].js",
      },
    },
  },
  test: { environment: "node", include: ["tests/**/*.test.ts"] },
});
