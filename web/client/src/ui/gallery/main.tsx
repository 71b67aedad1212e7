/**
 * The gallery: `gallery.html?page=vault&lang=en`. Dev and `--mode gallery` only; no page of it is in the built app.
 *
 * Follows its address without loading anew; `<html data-page>` names the page once it is drawn.
 */
import { StrictMode, useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { useLocation, useSearch } from 'wouter';
import { currentLanguage, startLanguages } from '../../i18n';
import { en } from '../../i18n/en';
import { fr } from '../../i18n/fr';
import i18next from 'i18next';
import '../../styles/index.css';
import { AppShell } from '../components/AppShell';
import type { Language } from '../models';
import { useLanguage } from '../useLanguage';
import { SAMPLES } from './pages';

startLanguages(languageOf(new URLSearchParams(location.search)), { en, fr });

function languageOf(query: URLSearchParams): Language {
  return query.get('lang') === 'en' ? 'en' : 'fr';
}

function Gallery() {
  const query = new URLSearchParams(useSearch());
  const [, navigate] = useLocation();
  const name = query.get('page') ?? '';
  const asked = languageOf(query);
  const language = useLanguage();
  useEffect(() => {
    if (asked !== currentLanguage()) void i18next.changeLanguage(asked);
    document.documentElement.lang = asked;
  }, [asked]);
  useEffect(() => {
    document.documentElement.dataset.page = name;
    return () => void delete document.documentElement.dataset.page;
  }, [name]);
  const sample = SAMPLES[name];
  if (!sample) {
    return (
      <ul>
        {Object.keys(SAMPLES).map((key) => (
          <li key={key}>
            <a href={`?page=${key}&lang=${language}`}>{key}</a>
          </li>
        ))}
      </ul>
    );
  }
  return (
    <AppShell
      key={name}
      account={sample.account}
      language={language}
      onLanguage={(next) => navigate(`?page=${name}&lang=${next}`)}
      onSignOut={() => undefined}
      onOpenSettings={() => undefined}
      path={sample.path}
      offline={sample.offline ?? false}
      bare={sample.path === '/view'}
    >
      {sample.page}
    </AppShell>
  );
}

const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <Gallery />
    </StrictMode>,
  );
