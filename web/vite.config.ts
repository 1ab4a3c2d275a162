import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const api = process.env.FIREPLAN_API ?? 'http://127.0.0.1:8080';

export default defineConfig({
  base: './',
  plugins: [svelte()],
  resolve: process.env.VITEST ? { conditions: ['browser'] } : {},
  build: {
    target: 'es2022',
    // One script, one style sheet, fixed names: what is committed changes only where the page does.
    rolldownOptions: {
      output: {
        codeSplitting: false,
        entryFileNames: 'app.js',
        assetFileNames: 'app[extname]',
      },
    },
    chunkSizeWarningLimit: 1500,
    modulePreload: false,
  },
  server: {
    proxy: {
      '^/(collections|processes|jobs|scenarios|styles|tiles|tileMatrixSets|rules|conformance|api)': api,
      // The landing page shares its address with the page itself.
      '^/$': {
        target: api,
        bypass: (request) => (request.headers.accept?.includes('text/html') ? request.url : undefined),
      },
    },
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'] },
});
