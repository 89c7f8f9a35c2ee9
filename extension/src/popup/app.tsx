/** @jsxImportSource preact */
/** The popup as a whole: which parts are there. */
import type { JSX } from 'preact';
import { t } from '../model/i18n.ts';
import { useValue } from '../ui/preact.tsx';
import type { Actions } from './actions.ts';
import { AddField } from './add-field.tsx';
import { DropZone } from './drop-zone.tsx';
import { Footer } from './footer.tsx';
import { Header, PlainHeader } from './header.tsx';
import { TorrentLists } from './list.tsx';
import type { PopupModel, View } from './model.ts';
import { EmptyState, TroubleState } from './states.tsx';
import { ToastHost } from './toast-host.tsx';

/** The popup. */
export function Popup({
  model,
  actions,
}: {
  readonly model: PopupModel;
  readonly actions: Actions;
}): JSX.Element {
  const view = useValue(model.view);
  return (
    <main class="pop">
      <h1 class="sr">{t('extension_name')}</h1>
      {view.trouble === null ? (
        <Usual view={view} model={model} actions={actions} />
      ) : (
        <>
          <PlainHeader actions={actions} />
          <TroubleState trouble={view.trouble} hasWaiting={view.hasWaiting} actions={actions} />
        </>
      )}
      <ToastHost />
      <DropZone actions={actions} />
    </main>
  );
}

function Usual({
  view,
  model,
  actions,
}: {
  readonly view: View;
  readonly model: PopupModel;
  readonly actions: Actions;
}): JSX.Element {
  const { chosen, isKnown, link } = view;
  const isEmpty = chosen.activeCount + chosen.finishedCount === 0;
  return (
    <>
      <Header view={view} actions={actions} />
      <AddField actions={actions} isOffline={link.kind === 'reconnecting'} />
      {!isEmpty ? (
        <TorrentLists view={view} model={model} actions={actions} />
      ) : isKnown ? (
        <EmptyState actions={actions} />
      ) : (
        <div class="scroll" />
      )}
      <Footer view={view} actions={actions} />
    </>
  );
}
