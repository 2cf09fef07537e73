// SPDX-License-Identifier: GPL-3.0-or-later
#include "replay/replay_engine.h"

#include "format/format.h"

namespace weir::views {

ReplayEngine::~ReplayEngine() {
    thread_.reset();
}

void ReplayEngine::open(const QString& path) {
    ++generation_;
    thread_.reset();
    cursor_.reset();
    running_ = 0;
    if (path != path_) last_ = replay::Position::start();
    path_ = path;
    if (path.isEmpty()) {
        emit busyChanged(false);
        return;
    }
    emit busyChanged(true);
    task_.start([file = utf8(path)] { return journal::SessionReader::open(file); },
                [this, path](Result<std::unique_ptr<journal::SessionReader>> reader) {
                    if (path != path_) {  // another one is wanted by now
                        open(QString(path_));
                        return;
                    }
                    if (!reader) {
                        emit failed(reader.error());
                        emit busyChanged(false);
                        return;
                    }
                    start(std::move(*reader));
                });
}

void ReplayEngine::start(std::unique_ptr<journal::SessionReader> reader) {
    thread_.reset();
    cursor_ = std::make_shared<std::optional<replay::Cursor>>();
    thread_ = std::make_unique<ReaderThread>(std::move(reader));
    move([to = last_](replay::Cursor& cursor) -> Result<bool> {
        if (Status s = cursor.to(to); !s) return passOn(s);
        return true;
    });
}

void ReplayEngine::move(Move move) {
    if (!thread_) return;
    ++running_;
    emit busyChanged(true);
    thread_->run([this, cursor = cursor_, move = std::move(move),
                  generation = generation_](journal::SessionReader& reader) {
        const auto go = [&]() -> Answer {
            if (!*cursor) {
                auto made = replay::Cursor::of(reader);
                if (!made) return {false, passOn(made)};
                cursor->emplace(std::move(*made));
            }
            const auto moved = move(**cursor);
            if (!moved) return {false, tl::unexpected<Error>(moved.error())};
            return {*moved, replayPicture(**cursor, reader)};
        };
        auto answer = std::make_shared<Answer>(go());
        inbox_.post([this, answer, generation] {
            if (generation == generation_) take(std::move(*answer));
        });
    });
}

void ReplayEngine::stop() {
    if (busy()) open(QString(path_));
}

void ReplayEngine::take(Answer answer) {
    --running_;
    if (!answer.picture) {
        emit failed(answer.picture.error());
    } else if (!answer.moved) {
        emit stayed();
    } else {
        last_ = answer.picture->position;
        emit moved(*answer.picture);
    }
    emit busyChanged(busy());
}

}  // namespace weir::views
