import js from "@eslint/js";
import tseslint from "typescript-eslint";
import { cellParser, cells } from "./scripts/notebooks/lint-cells.mjs";
import { pageRules } from "./scripts/lint/page-rules.mjs";

/** What writes the reference is a project of its own: TypeDoc has its types where only modern resolution looks. */
const PROJECTS = ["./tsconfig.json", "./scripts/docs/tsconfig.json"];

export default tseslint.config(
  { ignores: ["**/dist/", "**/node_modules/", "coverage/", "work/", ".venv/", ".cache/", ".hub/"] },
  js.configs.recommended,
  {
    files: ["**/*.ts", "**/*.mts"],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: PROJECTS, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unused-vars": ["error", { varsIgnorePattern: "^_", argsIgnorePattern: "^_" }],
      // node:test runs what it is given; nothing has to await it.
      "@typescript-eslint/no-floating-promises": [
        "error",
        {
          allowForKnownSafeCalls: [
            { from: "package", package: "node:test", name: ["test", "it", "describe"] },
          ],
        },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  { plugins: { cells } },
  { files: ["notebooks/*.ipynb", "lib/exercises/*.ipynb"], processor: "cells/notebook" },
  {
    files: ["notebooks/*.ipynb/*.ts", "lib/exercises/*.ipynb/*.ts"],
    languageOptions: { parser: cellParser },
    rules: {
      "cells/types": "error",
      "cells/kept-values": "error",
      // An exercise's gap uses none of what it is given, and a number is still to be put into its variable.
      "@typescript-eslint/no-unused-vars": ["error", { args: "none", varsIgnorePattern: "^_" }],
      "prefer-const": "off",
      // A constant may be a switch for the reader to turn.
      "@typescript-eslint/no-unnecessary-condition": "off",
    },
  },
  ...pageRules(import.meta.dirname, "lib/src/core.ts"),
  {
    files: ["**/*.mjs"],
    languageOptions: {
      globals: {
        process: "readonly",
        performance: "readonly",
        console: "readonly",
        URL: "readonly",
        fetch: "readonly",
        setTimeout: "readonly",
        clearTimeout: "readonly",
        setInterval: "readonly",
        clearInterval: "readonly",
        AbortSignal: "readonly",
        AbortController: "readonly",
        Buffer: "readonly",
      },
    },
  },
  {
    files: ["jupyter/**/*.js", "lib/front-end/*.js"],
    languageOptions: {
      globals: {
        document: "readonly",
        CustomEvent: "readonly",
        ImageData: "readonly",
        Option: "readonly",
        structuredClone: "readonly",
        setTimeout: "readonly",
        clearTimeout: "readonly",
        IntersectionObserver: "readonly",
        ResizeObserver: "readonly",
        URL: "readonly",
      },
    },
  },
  { files: ["jupyter/**/*.js"], languageOptions: { sourceType: "script" } },
);
