/** The form of dialogs of this page. */
import type { FormEvent, ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { t } from '../../model/i18n.ts';

/** What a dialog is given. */
export interface FrameProps {
  readonly title: string;
  /** What the button that does it says; without one there is nothing to do but to close. */
  readonly action?: string;
  readonly isDisabled?: boolean;
  readonly onSubmit?: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly className?: string;
}

/** A dialog; Escape and a click outside close it, and the focus returns. */
export function Frame(props: FrameProps): ReactNode {
  const { title, action, isDisabled, onSubmit, onClose, children, className = '' } = props;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isDisabled !== true) onSubmit?.();
  };
  return (
    <ModalOverlay className="scrim" isOpen isDismissable onOpenChange={(isOpen) => isOpen || onClose()}>
      <Modal className={`card dlg ${className}`}>
        <Dialog className="dlgb">
          <form onSubmit={submit}>
            <Heading slot="title" level={2} className="el">
              {title}
            </Heading>
            {children}
            <footer className="row">
              <span className="grow" />
              <button type="button" className="b out" onClick={onClose}>
                {t(action === undefined ? 'manager_close' : 'manager_cancel')}
              </button>
              {action !== undefined && (
                <button type="submit" className="b pri" disabled={isDisabled === true}>
                  {action}
                </button>
              )}
            </footer>
          </form>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
