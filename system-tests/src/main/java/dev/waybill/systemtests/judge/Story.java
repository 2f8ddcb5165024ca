package dev.waybill.systemtests.judge;

import dev.waybill.systemtests.history.Operation.Kind;
import dev.waybill.systemtests.outside.Address;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What was wished of one order, in the order of the wishes; the first is its PLACE.
 *
 * @param wishes without those that were certainly not done
 */
record Story(List<Wish> wishes) {

    Story {
        wishes = wishes.stream().filter(wish -> !wish.refused()).toList();
    }

    /** The addresses that it may end at, if nothing came late: the last one acknowledged, and later ones. */
    List<Address> lastAddresses() {
        List<Wish> addressed = addressed();
        return addressed.subList(lastAcknowledged(addressed), addressed.size()).stream()
                .map(Wish::address)
                .toList();
    }

    /** The earlier addresses that a call may have put it back to. */
    Set<Address> lateAddresses() {
        List<Wish> addressed = addressed();
        return addressed.subList(0, lastAcknowledged(addressed)).stream()
                .filter(wish -> wish.kind() == Kind.READDRESS && wish.unanswered())
                .map(Wish::address)
                .collect(Collectors.toSet());
    }

    boolean cancellationAcknowledged() {
        return of(Kind.CANCEL).stream().anyMatch(Wish::acknowledged);
    }

    boolean cancellationWished() {
        return !of(Kind.CANCEL).isEmpty();
    }

    /** How many changes of a kind clients were told of. */
    long acknowledged(Kind kind) {
        return of(kind).stream().filter(Wish::acknowledged).count();
    }

    /** The most changes of a kind that there may have been. */
    long possible(Kind kind) {
        return of(kind).stream().mapToLong(Wish::possible).sum();
    }

    private List<Wish> of(Kind kind) {
        return wishes.stream().filter(wish -> wish.kind() == kind).toList();
    }

    private List<Wish> addressed() {
        return wishes.stream().filter(wish -> wish.kind() != Kind.CANCEL).toList();
    }

    private static int lastAcknowledged(List<Wish> wishes) {
        int last = 0;
        for (int i = 0; i < wishes.size(); i++) {
            last = wishes.get(i).acknowledged() ? i : last;
        }
        return last;
    }
}
