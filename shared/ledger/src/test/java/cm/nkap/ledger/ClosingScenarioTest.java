package cm.nkap.ledger;

import org.junit.jupiter.api.Test;

/** Money stories that take days: holds, months that end, mistakes found late, accounts that go. As tables. */
class ClosingScenarioTest {
    @Test
    void aHoldIsCapturedInPartsAndTheRestReleased() {
        LedgerScenario.run("""
                open     float:mtn asset from 0, wallet:1 liability from 0, escrow:1 liability from 0, merchant:1 liability from 0, platform:fees income
                post     in   float:mtn 1000 -> wallet:1 1000                          posted
                post     h1   wallet:1 600 -> escrow:1 600                             posted
                post     out  wallet:1 401 -> float:mtn 401                            refused INSUFFICIENT_FUNDS wallet:1
                post     c1   escrow:1 250 -> merchant:1 245, platform:fees 5          posted
                post     c1   escrow:1 250 -> merchant:1 245, platform:fees 5          replayed
                post     c2   escrow:1 351 -> merchant:1 351                           refused INSUFFICIENT_FUNDS escrow:1
                post     c3   escrow:1 300 -> merchant:1 294, platform:fees 6          posted
                close    escrow:1  refused
                post     rl   escrow:1 50 -> wallet:1 50                               posted
                close    escrow:1  closed
                post     c4   wallet:1 1 -> escrow:1 1                                 refused ACCOUNT_CLOSED escrow:1
                balance  escrow:1       0
                balance  wallet:1       450
                balance  merchant:1     539
                balance  platform:fees  11
                balance  float:mtn      1000
                """);
    }

    @Test
    void anItemThatComesAfterTheMonthIsClosedGoesIntoTheNext() {
        LedgerScenario.run("""
                open     float:mtn asset from 0, merchant:1 liability from 0, platform:fees income
                post     ch1  float:mtn 1000 -> merchant:1 970, platform:fees 30   posted                 for d-12
                post     ch2  float:mtn 500 -> merchant:1 485, platform:fees 15    posted                 for d-9
                balance  platform:fees  30  on d-10
                balance  platform:fees  45  on d-9
                period   d-10  closed
                post     ch3  float:mtn 100 -> merchant:1 97, platform:fees 3      refused NOT_IN_PERIOD  for d-10
                post     ch3  float:mtn 100 -> merchant:1 97, platform:fees 3      posted                 for d-9
                post     ch1  float:mtn 1000 -> merchant:1 970, platform:fees 30   replayed               for d-12
                period   d-10  closed
                period   d-0   refused
                balance  platform:fees  30  on d-10
                balance  platform:fees  48  on d-9
                balance  platform:fees  48
                """);
    }

    @Test
    void aMistakeInAClosedMonthIsReversedInTheOpenOne() {
        LedgerScenario.run("""
                open     float:mtn asset from 0, merchant:1 liability from 0
                post     ch1   float:mtn 1000 -> merchant:1 1000   posted                 for d-20
                period   d-15  closed
                reverse  ch1r  ch1                                 refused NOT_IN_PERIOD  for d-20
                reverse  ch1r  ch1                                 posted                 for d-14
                reverse  ch1s  ch1                                 refused ALREADY_REVERSED
                balance  merchant:1  1000  on d-15
                balance  merchant:1  0     on d-14
                balance  float:mtn   0
                """);
    }

    @Test
    void aChargebackTakesTheMoneyBackThoughTheMerchantHasSpentIt() {
        LedgerScenario.run("""
                open     float:mtn asset from 0, bank:main asset, merchant:1 liability from 0, merchant:1:owed asset from 0, platform:fees income
                post     ch1  float:mtn 1000 -> merchant:1 970, platform:fees 30                       posted
                post     po1  merchant:1 800 -> float:mtn 800                                          posted
                post     cb1  merchant:1 170, merchant:1:owed 800, platform:fees 30 -> float:mtn 1000  refused INSUFFICIENT_FUNDS float:mtn
                post     tu1  float:mtn 5000 -> bank:main 5000                                         posted
                reverse  cb0  ch1                                                                      refused INSUFFICIENT_FUNDS merchant:1
                post     cb1  merchant:1 170, merchant:1:owed 800, platform:fees 30 -> float:mtn 1000  posted
                post     cb1  merchant:1 170, merchant:1:owed 800, platform:fees 30 -> float:mtn 1000  replayed
                balance  merchant:1       0
                balance  merchant:1:owed  800
                post     ch2  float:mtn 2000 -> merchant:1 1200, merchant:1:owed 800                   posted
                post     ch3  float:mtn 1 -> merchant:1:owed 1                                         refused INSUFFICIENT_FUNDS merchant:1:owed
                balance  merchant:1       1200
                balance  merchant:1:owed  0
                balance  platform:fees    0
                balance  float:mtn        6200
                """);
    }

    @Test
    void anAccountThatGoesIsEmptiedFirstAndNeverComesBack() {
        LedgerScenario.run("""
                open     float:mtn asset from 0, merchant:1 liability from 0, merchant:2 liability from 0
                post     ch1  float:mtn 700 -> merchant:1 700     posted
                close    merchant:1  refused
                post     mv   merchant:1 700 -> merchant:2 700    posted
                close    merchant:1  closed
                close    merchant:1  closed
                post     ch2  float:mtn 1 -> merchant:1 1         refused ACCOUNT_CLOSED merchant:1
                with     ch3  float:mtn 1 -> merchant:2 1         posted
                reverse  mvr  mv                                  refused ACCOUNT_CLOSED merchant:1
                post     ch1  float:mtn 700 -> merchant:1 700     replayed
                balance  merchant:1  0
                balance  merchant:2  701
                """);
    }

    @Test
    void aProvidersFeeIsLearnedLaterAndBelongsToItsDay() {
        LedgerScenario.run("""
                open     float:mtn asset from 0, bank:main asset, platform:provider-costs expense
                post     tu1  float:mtn 10000 -> bank:main 10000                     posted                 for d-6
                post     pf1  platform:provider-costs 25 -> float:mtn 25             posted                 for d-5
                post     pf2  platform:provider-costs 75 -> float:mtn 75             posted                 for d-3
                balance  float:mtn                10000  on d-6
                balance  float:mtn                9975   on d-5
                balance  float:mtn                9975   on d-4
                balance  platform:provider-costs  100    on d-3
                balance  float:mtn                0      on d-7
                balance  float:mtn                9900
                post     pf3  platform:provider-costs 1 -> float:mtn 1               posted                 for d-0
                """);
    }
}
