/** Starts the app: languages, styles, first render. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { startLanguages } from './i18n';
import './styles/index.css';
import { Welcome } from './ui/pages/Welcome';

startLanguages();
const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <Welcome />
    </StrictMode>,
  );
