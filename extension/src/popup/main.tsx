/** @jsxImportSource preact */
/** The popup: drawn at once with the last known state, then joined to the service. */
import { ListStore } from '../model/list-store.ts';
import { openSession } from '../model/session.ts';
import { afterFrame } from '../ui/after-frame.ts';
import { showSmallPage } from '../ui/preact.tsx';
import { Actions } from './actions.ts';
import { Popup } from './app.tsx';
import { PopupModel } from './model.ts';

// The last known state is drawn before anything else has to be done.
const session = openSession('popup', { when: afterFrame });
const list = new ListStore(session);
const model = new PopupModel(session, list, localStorage);
showSmallPage(<Popup model={model} actions={new Actions(session, list, model)} />);
