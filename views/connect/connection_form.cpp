// SPDX-License-Identifier: GPL-3.0-or-later
#include "connect/connection_form.h"

#include "theme/glyphs.h"
#include "theme/theme.h"
#include "widgets/themed_label.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>

namespace weir::views {
namespace {

QLabel* labelFor(const QString& words, QWidget* field) {
    auto* label = new QLabel(words);
    label->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    label->setBuddy(field);
    QString plain = words;
    field->setAccessibleName(plain.remove(QLatin1Char('&')));
    return label;
}

QLineEdit* secretField() {
    auto* field = new QLineEdit;
    field->setEchoMode(QLineEdit::Password);
    QAction* eye = field->addAction(glyphIcon(Glyph::Eye), QLineEdit::TrailingPosition);
    eye->setToolTip(ConnectionForm::tr("Show"));
    QObject::connect(eye, &QAction::triggered, field, [field, eye] {
        const bool hidden = field->echoMode() == QLineEdit::Password;
        field->setEchoMode(hidden ? QLineEdit::Normal : QLineEdit::Password);
        eye->setIcon(glyphIcon(hidden ? Glyph::EyeOff : Glyph::Eye));
        eye->setToolTip(hidden ? ConnectionForm::tr("Hide") : ConnectionForm::tr("Show"));
    });
    return field;
}

}  // namespace

QWidget* ConnectionForm::filePicker(QLineEdit*& field, const QString& title) {
    field = new QLineEdit;
    field->setFont(monoFont());
    field->setPlaceholderText(tr("none"));
    QAction* browse = field->addAction(glyphIcon(Glyph::Open), QLineEdit::TrailingPosition);
    browse->setToolTip(tr("Browse…"));
    connect(browse, &QAction::triggered, this, [this, edit = field, title] {
        const QString path = QFileDialog::getOpenFileName(this, title, edit->text());
        if (!path.isEmpty()) edit->setText(path);
    });
    connect(field, &QLineEdit::textEdited, this, &ConnectionForm::changed);
    connect(field, &QLineEdit::textChanged, this, &ConnectionForm::updateEnabled);
    return field;
}

ConnectionForm::ConnectionForm(QWidget* parent) : QWidget(parent) {
    name = new QLineEdit;
    brokers = new QLineEdit;
    user = new QLineEdit;
    password = secretField();
    token_endpoint = new QLineEdit;
    key_password = secretField();
    security = new QComboBox;
    mechanism = new QComboBox;
    check_host = new QCheckBox(tr("Check the host name against the certificate"));
    name->setPlaceholderText(tr("what you call this cluster"));
    brokers->setFont(monoFont());
    brokers->setPlaceholderText(QStringLiteral("localhost:9092"));
    user->setFont(monoFont());
    token_endpoint->setFont(monoFont());
    token_endpoint->setPlaceholderText(QStringLiteral("https://…/token"));
    security->addItems({tr("None (plaintext)"), tr("SASL over plaintext"), tr("TLS"), tr("SASL over TLS")});
    for (const auto m :
         {Mechanism::Plain, Mechanism::ScramSha256, Mechanism::ScramSha512, Mechanism::OAuthBearer}) {
        mechanism->addItem(mechanismWord(m));
    }

    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(16, 14, 16, 12);
    grid->setHorizontalSpacing(10);
    grid->setVerticalSpacing(8);
    grid->setColumnStretch(1, 1);
    grid->setColumnStretch(3, 1);
    const auto pair = [&](int row, int column, QLabel* label, QWidget* field) {
        grid->addWidget(label, row, column);
        grid->addWidget(field, row, column + 1);
    };
    pair(0, 0, labelFor(tr("&Name"), name), name);
    grid->addWidget(labelFor(tr("&Bootstrap servers"), brokers), 1, 0);
    grid->addWidget(brokers, 1, 1, 1, 3);
    pair(2, 0, labelFor(tr("&Security"), security), security);
    pair(2, 2, labelFor(tr("&Mechanism"), mechanism), mechanism);
    user_label_ = labelFor(tr("&User"), user);
    password_label_ = labelFor(tr("&Password"), password);
    token_label_ = labelFor(tr("Token &endpoint"), token_endpoint);
    pair(3, 0, user_label_, user);
    pair(3, 2, password_label_, password);
    kept_ = new QLabel;
    kept_->setForegroundRole(QPalette::PlaceholderText);
    kept_->setFont(smallFont());
    kept_->setWordWrap(true);
    kept_glyph_ = new ThemedLabel;
    auto* kept = new QHBoxLayout;
    kept->setContentsMargins(0, 0, 0, 0);
    kept->setSpacing(6);
    kept->addWidget(kept_glyph_, 0, Qt::AlignTop);
    kept->addWidget(kept_, 1);
    grid->addLayout(kept, 4, 3);
    grid->addWidget(token_label_, 5, 0);
    grid->addWidget(token_endpoint, 5, 1, 1, 3);
    filePicker(ca_file, tr("CA certificate"));
    filePicker(certificate_file, tr("Client certificate"));
    filePicker(key_file, tr("Client key"));
    ca_file->setPlaceholderText(tr("of the system"));
    pair(6, 0, labelFor(tr("CA certi&ficate"), ca_file), ca_file);
    pair(6, 2, labelFor(tr("Client &certificate"), certificate_file), certificate_file);
    pair(7, 0, labelFor(tr("Client &key"), key_file), key_file);
    pair(7, 2, labelFor(tr("Key pass&word"), key_password), key_password);
    grid->addWidget(check_host, 8, 1, 1, 3);
    promise_ =
        new QLabel(tr("Watching never joins a group, commits or produces: nothing on the cluster changes."));
    promise_->setWordWrap(true);
    auto* promise = new QHBoxLayout;
    promise->setSpacing(6);
    auto* tick = new ThemedLabel;
    tick->setObjectName(QStringLiteral("tick"));
    promise->addWidget(tick, 0, Qt::AlignTop);
    promise->addWidget(promise_, 1);
    grid->addLayout(promise, 9, 1, 1, 3);
    grid->setRowStretch(10, 1);
    tick->setGlyph(Glyph::Success, 13, [] { return theme().success.text; });

    for (QLineEdit* field : {name, brokers, user, password, token_endpoint, key_password}) {
        connect(field, &QLineEdit::textEdited, this, &ConnectionForm::changed);
    }
    for (QComboBox* box : {security, mechanism}) {
        connect(box, &QComboBox::currentIndexChanged, this, &ConnectionForm::updateEnabled);
        connect(box, &QComboBox::activated, this, &ConnectionForm::changed);
    }
    connect(check_host, &QCheckBox::clicked, this, &ConnectionForm::changed);
    setKeychain(KeychainSecrets::State::Unknown);
    setProfile({});
}

void ConnectionForm::updateEnabled() {
    const auto chosen = static_cast<Security>(security->currentIndex());
    const bool sasl = usesSasl(chosen);
    const bool tls = usesTls(chosen);
    const bool token = static_cast<Mechanism>(mechanism->currentIndex()) == Mechanism::OAuthBearer;
    mechanism->setEnabled(sasl);
    user->setEnabled(sasl);
    password->setEnabled(sasl);
    user_label_->setText(token ? tr("Client &id") : tr("&User"));
    password_label_->setText(token ? tr("Client secre&t") : tr("&Password"));
    token_label_->setVisible(sasl && token);
    token_endpoint->setVisible(sasl && token);
    for (QLineEdit* field : {ca_file, certificate_file, key_file}) field->setEnabled(tls);
    key_password->setEnabled(tls && !key_file->text().isEmpty());
    check_host->setEnabled(tls);
}

void ConnectionForm::setKeychain(KeychainSecrets::State state) {
    const bool memory = state == KeychainSecrets::State::MemoryOnly;
    kept_->setText(memory ? tr("no keyring service here: kept for this run only")
                          : tr("kept in the system keyring"));
    kept_glyph_->setGlyph(memory ? Glyph::Warn : Glyph::Lock, 11,
                          [memory] { return memory ? theme().warn.text : theme().text3; });
}

void ConnectionForm::setProfile(const ClusterProfile& p) {
    name->setText(p.name);
    brokers->setText(p.brokers);
    security->setCurrentIndex(static_cast<int>(p.security));
    mechanism->setCurrentIndex(static_cast<int>(p.mechanism));
    user->setText(p.user);
    token_endpoint->setText(p.token_endpoint);
    ca_file->setText(p.ca_file);
    certificate_file->setText(p.certificate_file);
    key_file->setText(p.key_file);
    // A long path is read from its beginning.
    for (QLineEdit* field : {ca_file, certificate_file, key_file}) field->setCursorPosition(0);
    check_host->setChecked(p.check_host);
    password->clear();
    key_password->clear();
    updateEnabled();
}

void ConnectionForm::fill(ClusterProfile& p) const {
    p.name = name->text().trimmed();
    p.brokers = brokers->text().trimmed();
    p.security = static_cast<Security>(security->currentIndex());
    p.mechanism = static_cast<Mechanism>(mechanism->currentIndex());
    p.user = user->text();
    p.token_endpoint = token_endpoint->text().trimmed();
    p.ca_file = ca_file->text().trimmed();
    p.certificate_file = certificate_file->text().trimmed();
    p.key_file = key_file->text().trimmed();
    p.check_host = check_host->isChecked();
}

ProfileSecrets ConnectionForm::secrets() const {
    const bool token = static_cast<Mechanism>(mechanism->currentIndex()) == Mechanism::OAuthBearer;
    return {{token ? QStringLiteral("sasl.oauthbearer.client.secret") : QStringLiteral("sasl.password"),
             password->text()},
            {QStringLiteral("ssl.key.password"), key_password->text()}};
}

void ConnectionForm::setSecret(const QString& property, const QString& value) {
    if (property == QLatin1String("ssl.key.password")) {
        key_password->setText(value);
    } else {
        password->setText(value);
    }
}

}  // namespace weir::views
